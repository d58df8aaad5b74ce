/** Shows the sign-in page while signed out, else Logbook. */
import { useAccount, useSignIn } from "@django-entrance/react";
import { lazy, Suspense, useEffect } from "react";
import { SignInPage } from "./signin/SignInPage";

const load = () => import("./SignedIn");
const SignedIn = lazy(load);

export function App() {
  const account = useAccount();
  const { busy } = useSignIn();
  useEffect(() => {
    if (busy) void load(); // while the person is at Microsoft's
  }, [busy]);
  if (account === null) return <SignInPage />; // while the session starts, too: the password needs no Microsoft
  return (
    <Suspense fallback={null}>
      {/* One cache for each person: no one sees cached data of another one. */}
      <SignedIn key={`${account.tenantId} ${account.objectId} ${account.username}`} />
    </Suspense>
  );
}
