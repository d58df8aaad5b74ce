/** Microsoft sign-in, or the reason why it is not available. */
import { SignInWithMicrosoft, useSignIn } from "@django-entrance/react";
import type { MicrosoftSignIn } from "../session/unify";
import { Alert } from "../ui/Alert";
import { Button } from "../ui/Button";

type MicrosoftSectionProps = { microsoft: MicrosoftSignIn; onProblem: (sentence: string | null) => void };

export function MicrosoftSection({ microsoft, onProblem }: MicrosoftSectionProps) {
  const { busy, cancel } = useSignIn();
  if (microsoft.status === "failed") {
    return (
      <div className="microsoft">
        <Alert>
          <strong>Microsoft sign-in is not available.</strong> {microsoft.error.message}
        </Alert>
        <Button onClick={microsoft.retry}>Try again</Button>
      </div>
    );
  }
  return (
    <div className="microsoft">
      <SignInWithMicrosoft
        className="microsoft-button"
        disabled={microsoft.status === "starting"}
        onError={(error) => onProblem(error.message)}
      />
      {busy && (
        <div className="waiting">
          <p role="status" className="quiet">
            Continue in the new window.
          </p>
          <Button onClick={cancel}>Cancel</Button>
        </div>
      )}
    </div>
  );
}
