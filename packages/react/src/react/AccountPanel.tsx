/** Content of the account menu. */
import { type ReactElement, type ReactNode, useInsertionEffect } from "react";
import { ConnectedAccounts } from "./ConnectedAccounts.js";
import { OwnSessions } from "./OwnSessions.js";
import { adoptPanelStyles } from "./panelStyles.js";
import type { SignedInSession } from "./personOf.js";
import { useSessionStore } from "./SessionContext.js";
import { useErrorText, useTexts } from "./TextsContext.js";
import type { Theme } from "./theme.js";
import { useOwnAccount } from "./useOwnAccount.js";
import { useSignOut } from "./useSignOut.js";

interface AccountPanelProps {
  readonly person: SignedInSession;
  readonly theme?: Theme | undefined;
  readonly details?: boolean | undefined;
  readonly children?: ReactNode;
}

export function AccountPanel({ person, theme, details = true, children }: AccountPanelProps): ReactElement {
  const { account, via } = person;
  const texts = useTexts();
  useInsertionEffect(adoptPanelStyles, []);
  return (
    <>
      <div>
        <strong>{account.name}</strong>
        {account.username !== account.name && <p>{account.username}</p>}
        <p className="entrance-quiet">{via === "password" ? texts.viaPassword : texts.viaMicrosoft}</p>
      </div>
      {details && <Details person={person} theme={theme} />}
      {children && <div>{children}</div>}
      <SignOut />
    </>
  );
}

function Details({ person, theme }: Pick<AccountPanelProps, "person" | "theme">): ReactElement {
  const store = useSessionStore();
  const { own, error, reload, endSession } = useOwnAccount();
  const texts = useTexts();
  const errorText = useErrorText();
  return (
    <>
      {error && <p role="alert">{errorText(error)}</p>}
      {own ? (
        <>
          <ConnectedAccounts accounts={own.accounts} person={person} theme={theme} onConnected={reload} />
          <OwnSessions sessions={own.sessions} endSession={endSession} />
        </>
      ) : (
        !error && <p className="entrance-quiet">{texts.loading}</p>
      )}
      {store.django && <a href={store.entranceUrl("account/")}>{texts.manageAccount}</a>}
    </>
  );
}

function SignOut(): ReactElement {
  const { signOut, signOutEverywhere, busy, error } = useSignOut();
  const texts = useTexts();
  const errorText = useErrorText();
  return (
    <div>
      {error && <p role="alert">{errorText(error)}</p>}
      <button type="button" aria-busy={busy || undefined} onClick={() => void signOut()}>
        {texts.signOut}
      </button>
      <button type="button" aria-busy={busy || undefined} onClick={() => void signOutEverywhere()}>
        {texts.signOutEverywhere}
      </button>
    </div>
  );
}
