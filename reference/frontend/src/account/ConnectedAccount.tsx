/** One connected Microsoft account, and the form that disconnects it. */
import { type FormEvent, useRef, useState } from "react";
import { useSignedIn } from "../session/SessionContext";
import { Alert } from "../ui/Alert";
import { useAnnounce } from "../ui/Announcer";
import { Button } from "../ui/Button";
import { TextField } from "../ui/TextField";
import { accountProblem, type MicrosoftAccount, useDisconnect } from "./useMicrosoftAccounts";

type ConnectedAccountProps = { account: MicrosoftAccount; isPasswordNeeded: boolean };

const DAY = new Intl.DateTimeFormat("en-GB", { dateStyle: "long" });

export function ConnectedAccount({ account, isPasswordNeeded }: ConnectedAccountProps) {
  const { microsoft } = useSignedIn();
  const [isAsking, setAsking] = useState(false);
  const isCurrent = microsoft?.objectId === account.object_id && microsoft.tenantId === account.tenant_id;
  return (
    <div className="connected">
      <p>
        <strong>{isCurrent ? microsoft.username : `Account ${account.object_id}`}</strong>
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

function DisconnectForm({ account, isPasswordNeeded, onKeep }: ConnectedAccountProps & { onKeep: () => void }) {
  const { signInAgain, signOut } = useSignedIn();
  const disconnecting = useDisconnect();
  const announce = useAnnounce();
  const password = useRef<HTMLInputElement>(null);
  const isEntraSession = signInAgain !== null;

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
