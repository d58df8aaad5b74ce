/** Microsoft sign-in, or the reason why it is not available. */
import { SignInWithMicrosoft, useSession, useSignIn } from "@django-entrance/react";
import { Alert } from "../ui/Alert";
import { Button } from "../ui/Button";

export function MicrosoftSection({ onProblem }: { onProblem: (sentence: string | null) => void }) {
  const session = useSession();
  const { busy, cancel } = useSignIn();
  if (session.status === "failed") {
    return (
      <div className="microsoft">
        <Alert>
          <strong>Microsoft sign-in is not available.</strong> {session.error.message}
        </Alert>
        <Button onClick={session.retry}>Try again</Button>
      </div>
    );
  }
  return (
    <div className="microsoft">
      <SignInWithMicrosoft
        className="microsoft-button"
        disabled={session.status === "starting"}
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
