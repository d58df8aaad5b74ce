/** Account dialog: the person's details and what their roles allow. */
import { MsalReact } from "@django-entrance/react/msal";
import type { Viewer } from "../session/useViewer";
import { Button } from "../ui/Button";
import { Dialog } from "../ui/Dialog";
import { AccountDetails } from "./AccountDetails";
import { MicrosoftAccounts } from "./MicrosoftAccounts";
import { OwnSessions } from "./OwnSessions";
import { abilities } from "./roles";
import { WhoAmI } from "./WhoAmI";

export function AccountPanel({ viewer, onClose }: { viewer: Viewer; onClose: () => void }) {
  return (
    <Dialog title="Account" className="account-panel" onClose={onClose}>
      <AccountDetails viewer={viewer} />
      <h3 className="account-subtitle">You may</h3>
      <ul className="abilities">
        {abilities(viewer).map((ability) => (
          <li key={ability}>{ability}</li>
        ))}
      </ul>
      <MsalReact>
        <WhoAmI />
        <MicrosoftAccounts />
      </MsalReact>
      <OwnSessions />
      <Button onClick={onClose}>Close</Button>
    </Dialog>
  );
}
