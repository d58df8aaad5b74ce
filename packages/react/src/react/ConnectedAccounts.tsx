/** List of the Microsoft accounts that are connected to the person's account, or the button that connects one. */
import { type ReactElement, useId } from "react";
import type { ConnectedAccount } from "../session/own/ownAccount.js";
import { fill } from "../texts/texts.js";
import { ConnectMicrosoft } from "./ConnectMicrosoft.js";
import type { SignedInSession } from "./personOf.js";
import { useTexts } from "./TextsContext.js";
import type { Theme } from "./theme.js";

/** Length of the part of an object id that is shown: enough to tell a few accounts apart, and short enough to be heard. */
const SPOKEN = 8;

interface ConnectedAccountsProps {
  readonly accounts: readonly ConnectedAccount[];
  readonly person: SignedInSession;
  readonly theme?: Theme | undefined;
  readonly onConnected: () => void;
}

export function ConnectedAccounts(props: ConnectedAccountsProps): ReactElement {
  const { accounts, person, theme, onConnected } = props;
  const texts = useTexts();
  const id = useId();
  return (
    <section aria-labelledby={id}>
      <strong id={id}>{texts.microsoftAccounts}</strong>
      <ul>
        {accounts.map((each) => (
          <Row key={each.id} account={each} person={person} />
        ))}
      </ul>
      {accounts.length === 0 && <p className="entrance-quiet">{texts.noMicrosoftAccount}</p>}
      {accounts.length === 0 && <ConnectMicrosoft theme={theme} size="compact" onConnected={onConnected} />}
    </section>
  );
}

/** The user name is known only of the account that the person is signed in with. */
function Row({
  account,
  person,
}: { readonly account: ConnectedAccount } & Pick<ConnectedAccountsProps, "person">): ReactElement {
  const texts = useTexts();
  const { objectId, tenantId, username } = person.account;
  const isCurrent = account.objectId === objectId && account.tenantId === tenantId;
  const date = new Intl.DateTimeFormat(texts.lang, { dateStyle: "long" }).format(new Date(account.connectedAt));
  return (
    <li>
      <span>
        {isCurrent ? username : fill(texts.otherAccount, { id: account.objectId.slice(0, SPOKEN) })}{" "}
        <span className="entrance-quiet">{fill(texts.connectedOn, { date })}</span>
      </span>
    </li>
  );
}
