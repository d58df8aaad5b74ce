/** Shows the sign-in page while signed out, else Logbook. */
import { useSignIn } from "@django-entrance/react";
import { lazy, Suspense, useEffect } from "react";
import { useLogbookSession } from "./session/useLogbookSession";
import { SignInPage } from "./signin/SignInPage";

const load = () => import("./SignedIn");
const SignedIn = lazy(load);

export function App() {
  const session = useLogbookSession();
  const { busy } = useSignIn();
  useEffect(() => {
    if (busy) void load(); // while the person is at Microsoft's
  }, [busy]);
  if (session.status === "signed-out") return <SignInPage microsoft={session.microsoft} notice={session.notice} />;
  return (
    <Suspense fallback={null}>
      <SignedIn session={session} />
    </Suspense>
  );
}
