/** Page for people without a role: their account, and the role to ask for. */
import type { Viewer } from "../session/useViewer";
import { Button } from "../ui/Button";
import { SinglePage } from "../ui/SinglePage";
import { AccountDetails } from "./AccountDetails";
import { SignOutButton } from "./SignOutButton";

export function NoRolePage({ viewer, onCheckAgain }: { viewer: Viewer; onCheckAgain: () => void }) {
  return (
    <SinglePage title="No role yet · Logbook" heading={<h1>You have no role yet</h1>}>
      <div className="card">
        <p>
          You are signed in, but you have no role in Logbook. Ask an administrator for the role <strong>Reader</strong>{" "}
          to read the log, or <strong>Writer</strong> to add to it, and tell them this:
        </p>
        <AccountDetails viewer={viewer} />
        {viewer.signedInWith === "ENTRA" && (
          <p className="quiet">A role assigned in Microsoft Entra takes effect at your next sign-in.</p>
        )}
        <div className="actions">
          <Button weight="primary" onClick={onCheckAgain}>
            Check again
          </Button>
          <SignOutButton />
        </div>
      </div>
    </SinglePage>
  );
}
