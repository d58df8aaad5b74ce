/** Shows the sign-in page while signed out, else Logbook. */
import { SignedIn } from "./SignedIn";
import { useLogbookSession } from "./session/useLogbookSession";
import { SignInPage } from "./signin/SignInPage";

export function App() {
  const session = useLogbookSession();
  if (session.status === "signed-in") return <SignedIn session={session} />;
  return <SignInPage microsoft={session.microsoft} notice={session.notice} />;
}
