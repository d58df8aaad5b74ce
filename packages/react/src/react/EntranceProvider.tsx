/** Starts the page's session and provides it, with its MSAL instance, to the components below. */
import { type ReactElement, type ReactNode, useEffect, useInsertionEffect } from "react";
import type { Account } from "../session/account.js";
import type { EntranceConfig } from "../session/config/config.js";
import { mountSession, openSession } from "../session/pageSession.js";
import type { InteractionMode } from "../session/requests/call.js";
import type { SessionStore } from "../session/session.js";
import { type EntranceSession, storeOf } from "../session/storeOf.js";
import type { Texts } from "../texts/texts.js";
import { MsalReact } from "./MsalReact.js";
import { SessionContext, useSnapshot } from "./SessionContext.js";
import { TextsContext, useTexts } from "./TextsContext.js";

interface CommonProps {
  /** Called once after each sign-in, by window or by redirect. Not called when the person was signed in already. */
  readonly onSignedIn?: (account: Account) => void;
  /** Texts in another language, such as `de` of `@django-entrance/react/texts/de`. Default: English. */
  readonly texts?: Texts;
  readonly children?: ReactNode;
}

/** Props of a provider that makes the session. */
interface ConfigProps extends CommonProps {
  /** URL of the `config.json` that django-entrance serves, or the configuration itself. */
  readonly config: string | EntranceConfig;
  /** Redirect bridge page of a front end on another origin than Django, such as `/redirect.html`. */
  readonly redirectUri?: string;
  /** Origins that may receive the access token, besides the page's own. */
  readonly apiOrigins?: readonly string[];
  /**
   * `django`: a sign-in with Microsoft starts a Django session, and `useSession` shows that session, an own login's
   * of the site, too. Default: the session is Microsoft's account in this browser.
   */
  readonly session?: "django";
  /**
   * What `authorizedFetch` does if Microsoft wants to see the person first. `never` (default): it rejects with
   * `interaction_required`. `click`: it waits for `confirm` of the session, and goes on after it.
   */
  readonly interaction?: InteractionMode;
}

/** Props of a provider of a session that was made outside React. */
interface SessionProps extends CommonProps {
  /** A session of `createSession` of `@django-entrance/react/session`. */
  readonly session: EntranceSession;
  readonly config?: never;
}

export type EntranceProviderProps = ConfigProps | SessionProps;

/**
 * Renders its children at once. The status of `useSession` is "starting" until the session is ready.
 *
 * There is one MSAL instance per configuration, however often React mounts the provider.
 */
export function EntranceProvider(props: EntranceProviderProps): ReactElement {
  const { onSignedIn, texts, children } = props;
  const outerTexts = useTexts();
  const store = props.config === undefined ? storeOf(props.session) : openStore(props);
  const msal = useSnapshot(store, (snapshot) => snapshot.msal);
  useInsertionEffect(() => mountSession(store), [store]); // before any effect of the children
  useEffect(
    () => store.signInListeners.add((result) => result.ok && onSignedIn?.(result.account)),
    [store, onSignedIn],
  );
  useEffect(() => store.start(), [store]);
  return (
    <SessionContext.Provider value={store}>
      <TextsContext.Provider value={texts ?? outerTexts}>
        <MsalReact msal={msal}>{children}</MsalReact>
      </TextsContext.Provider>
    </SessionContext.Provider>
  );
}

function openStore({ config, redirectUri, apiOrigins, session, interaction }: ConfigProps): SessionStore {
  return openSession({ config, redirectUri, apiOrigins, session, interaction });
}
