/** Banner while Microsoft wants to see the person again. The page behind it stays as it is. */
import { useSession } from "@django-entrance/react";
import { Alert } from "../ui/Alert";
import { Button } from "../ui/Button";

export function ConfirmBanner() {
  const session = useSession();
  if (session.status !== "needs-interaction") return null;
  return (
    <div className="confirm">
      <Alert>
        <p>{session.error.message}</p>
        <Button onClick={() => void session.confirm()}>Confirm with Microsoft</Button>
      </Alert>
    </div>
  );
}
