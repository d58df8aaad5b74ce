/** The connected Microsoft accounts: each can be disconnected, and a password person can connect one. */
import { ConnectMicrosoft } from "@django-entrance/react";
import { useQueryClient } from "@tanstack/react-query";
import { Alert } from "../ui/Alert";
import { useAnnounce } from "../ui/Announcer";
import { ConnectedAccount } from "./ConnectedAccount";
import { accountProblem, useMicrosoftAccounts } from "./useMicrosoftAccounts";

export function MicrosoftAccounts() {
  const { data, error } = useMicrosoftAccounts();
  return (
    <section className="microsoft-accounts" aria-labelledby="microsoft-accounts">
      <h3 className="account-subtitle" id="microsoft-accounts">
        Microsoft
      </h3>
      {error && <Alert>{accountProblem(error)}</Alert>}
      {data?.accounts.map((account) => (
        <ConnectedAccount key={account.id} account={account} isPasswordNeeded={data.password_needed} />
      ))}
      {data?.accounts.length === 0 && <Connect isPasswordNeeded={data.password_needed} />}
    </section>
  );
}

function Connect({ isPasswordNeeded }: { isPasswordNeeded: boolean }) {
  const queryClient = useQueryClient();
  const announce = useAnnounce();

  function connected() {
    announce("Microsoft is connected.");
    void queryClient.invalidateQueries();
  }

  return (
    <>
      <p className="quiet">No Microsoft account is connected. Connect yours to sign in with either.</p>
      <ConnectMicrosoft formClassName="connect" askPassword={isPasswordNeeded} onConnected={connected} />
    </>
  );
}
