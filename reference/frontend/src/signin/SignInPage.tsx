/** The sign-in page: Microsoft and password. */
import { useState } from "react";
import type { MicrosoftSignIn } from "../session/unify";
import { Alert } from "../ui/Alert";
import { SinglePage } from "../ui/SinglePage";
import { MicrosoftSection } from "./MicrosoftSection";
import { PasswordForm } from "./PasswordForm";

type SignInPageProps = { microsoft: MicrosoftSignIn; notice: string | null };

export function SignInPage({ microsoft, notice }: SignInPageProps) {
  // Undefined before the first attempt on this page; until then it shows the earlier error.
  const [tried, setTried] = useState<string | null>();
  const problem = tried === undefined ? (notice ?? cameBackWith(microsoft)) : tried;
  return (
    // An Entra session starts within moments. Until then the page stays hidden.
    <div className={microsoft.status === "starting" ? "appears-late" : ""}>
      <SinglePage title="Sign in · Logbook" heading={<h1>Logbook</h1>}>
        <p className="tagline">The log your team keeps together.</p>
        <div className="card sign-in">
          {problem && <Alert>{problem}</Alert>}
          <MicrosoftSection microsoft={microsoft} onProblem={setTried} />
          <p className="divider">or</p>
          <PasswordForm onProblem={setTried} />
        </div>
      </SinglePage>
    </div>
  );
}

function cameBackWith(microsoft: MicrosoftSignIn): string | null {
  return microsoft.status === "ready" ? (microsoft.error?.message ?? null) : null;
}
