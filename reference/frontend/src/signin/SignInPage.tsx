/** The sign-in page: Microsoft and password. */
import { type Session, useSession } from "@django-entrance/react";
import { useState, useSyncExternalStore } from "react";
import { tokens } from "../session/tokenStore";
import { Alert } from "../ui/Alert";
import { SinglePage } from "../ui/SinglePage";
import { MicrosoftSection } from "./MicrosoftSection";
import { PasswordForm } from "./PasswordForm";

export function SignInPage() {
  const session = useSession();
  const { notice } = useSyncExternalStore(tokens.subscribe, tokens.current);
  // Undefined before the first attempt on this page; until then it shows the earlier error.
  const [tried, setTried] = useState<string | null>();
  const problem = tried === undefined ? (notice ?? cameBackWith(session)) : tried;
  return (
    // An Entra session starts within moments. Until then the page stays hidden.
    <div className={session.status === "starting" ? "appears-late" : ""}>
      <SinglePage title="Sign in · Logbook" heading={<h1>Logbook</h1>}>
        <p className="tagline">The log your team keeps together.</p>
        <div className="card sign-in">
          {problem && <Alert>{problem}</Alert>}
          <MicrosoftSection onProblem={setTried} />
          <p className="divider">or</p>
          <PasswordForm onProblem={setTried} />
        </div>
      </SinglePage>
    </div>
  );
}

function cameBackWith(session: Session): string | null {
  return session.status === "signed-out" ? (session.error?.message ?? null) : null;
}
