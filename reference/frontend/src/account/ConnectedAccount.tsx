/** One connected Microsoft account, and the form that disconnects it. */
import { useMsal } from "@azure/msal-react";
import { useSignIn } from "@django-entrance/react";
import { type FormEvent, useRef, useState } from "react";
import { useMicrosoftAccount } from "../session/useMicrosoftAccount";
import { Alert } from "../ui/Alert";
import { useAnnounce } from "../ui/Announcer";
import { Button } from "../ui/Button";
import { TextField } from "../ui/TextField";
import { accountProblem, type MicrosoftAccount, useDisconnect } from "./useMicrosoftAccounts";

type ConnectedAccountProps = { account: MicrosoftAccount; isPasswordNeeded: boolean };

const DAY = new Intl.DateTimeFormat("en-GB", { dateStyle: "long" });

export function ConnectedAccount({ account, isPasswordNeeded }: ConnectedAccountProps) {
  const [isAsking, setAsking] = useState(false);
  const username = useUsername(account);
  return (
    <div className="connected">
      <p>
        <strong>{username ?? `Account ${account.object_id}`}</strong>
        <br />
        <span className="quiet">connected on {DAY.format(new Date(account.connected_at))}</span>
      </p>
      {isAsking ? (
        <DisconnectForm account={account} isPasswordNeeded={isPasswordNeeded} onKeep={() => setAsking(false)} />
      ) : (
        <Button onClick={() => setAsking(true)}>Disconnect</Button>
      )}
    </div>
  );
}

/** Known of the account that is signed in, and of one that was connected here. */
function useUsername({ object_id, tenant_id }: MicrosoftAccount): string | undefined {
  const current = useMicrosoftAccount();
  const { accounts } = useMsal();
  if (current?.objectId === object_id && current.tenantId === tenant_id) return current.username;
  return accounts.find((each) => each.localAccountId === object_id && each.tenantId === tenant_id)?.username;
}

function DisconnectForm({ account, isPasswordNeeded, onKeep }: ConnectedAccountProps & { onKeep: () => void }) {
  const { signOut } = useSignIn();
  const disconnecting = useDisconnect();
  const announce = useAnnounce();
  const password = useRef<HTMLInputElement>(null);
  const isEntraSession = useMicrosoftAccount() !== null;

  function submit(event: FormEvent) {
    event.preventDefault();
    const onSuccess = () => (isEntraSession ? void signOut() : announce("Microsoft is disconnected."));
    disconnecting.mutate({ account, password: password.current?.value ?? "" }, { onSuccess });
  }

  return (
    <form className="password-form" onSubmit={submit}>
      <p>
        You will sign in with your username and password{isEntraSession && "; disconnecting signs you out"}. Roles that
        Microsoft Entra gave end.
      </p>
      {disconnecting.error && <Alert>{accountProblem(disconnecting.error)}</Alert>}
      {isPasswordNeeded && (
        <TextField
          ref={password}
          label="Your Logbook password"
          type="password"
          autoComplete="current-password"
          required
        />
      )}
      <div className="actions">
        <Button type="submit" weight="danger" busy={disconnecting.isPending}>
          Disconnect Microsoft
        </Button>
        <Button onClick={onKeep}>Keep</Button>
      </div>
    </form>
  );
}
