/** Page for a refused or failed request for the viewer: the reason and the remedy. */
import { explain } from "../session/explain";
import { Alert } from "../ui/Alert";
import { SinglePage } from "../ui/SinglePage";
import { Remedy } from "./Remedy";
import { SignOutButton } from "./SignOutButton";

export function RefusedPage({ error, onTryAgain }: { error: Error; onTryAgain: () => void }) {
  const { title, detail, reason } = explain(error);
  return (
    <SinglePage title={`${title} · Logbook`} heading={<h1>{title}</h1>}>
      <div className="card">
        <Alert>{detail}</Alert>
        {reason && (
          <p className="quiet">
            Reason, for an administrator: <code>{reason}</code>
          </p>
        )}
        <div className="actions">
          <Remedy error={error} onTryAgain={onTryAgain} weight="primary" />
          <SignOutButton />
        </div>
      </div>
    </SinglePage>
  );
}
