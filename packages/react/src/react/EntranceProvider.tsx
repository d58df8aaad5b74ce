/** Starts the page's session and gives it, and its MSAL instance, to everything below. */
import { type IPublicClientApplication, Logger, stubbedPublicClientApplication } from "@azure/msal-browser";
import { MsalProvider } from "@azure/msal-react";
import { type ReactElement, type ReactNode, useEffect, useInsertionEffect } from "react";
import type { Account } from "../session/account.js";
import type { EntranceConfig } from "../session/config.js";
import { mountSession, openSession } from "../session/pageSession.js";
import { SessionContext, useSnapshot } from "./SessionContext.js";

export interface EntranceProviderProps {
  /** Address of `config.json` as django-entrance serves it, or the configuration itself. */
  readonly config: string | EntranceConfig;
  /** Redirect bridge of a front end that lives on another origin than Django, such as `/redirect.html`. */
  readonly redirectUri?: string;
  /** Origins besides the page's own that may get the access token. */
  readonly apiOrigins?: readonly string[];
  /** Called once after each sign-in, in a window or by redirect; not for a page that finds the person signed in. */
  readonly onSignedIn?: (account: Account) => void;
  readonly children?: ReactNode;
}

/** Keeps MSAL React in its "startup" state, and the children mounted, until the real instance is there. */
const NOT_STARTED: IPublicClientApplication = { ...stubbedPublicClientApplication, getLogger: () => new Logger({}) };

/**
 * Renders its children at once; `useSession` says "starting" until the session stands.
 *
 * The MSAL instance is made once per configuration, however often React mounts the provider.
 */
export function EntranceProvider(props: EntranceProviderProps): ReactElement {
  const { config, redirectUri, apiOrigins, onSignedIn, children } = props;
  const store = openSession({ config, redirectUri, apiOrigins });
  const msal = useSnapshot(store, (snapshot) => snapshot.msal);
  useInsertionEffect(() => mountSession(store), [store]); // before any effect of the children
  useEffect(
    () => store.signInListeners.add((result) => result.ok && onSignedIn?.(result.account)),
    [store, onSignedIn],
  );
  useEffect(() => store.start(), [store]);
  return (
    <SessionContext.Provider value={store}>
      <MsalProvider instance={msal ?? NOT_STARTED}>{children}</MsalProvider>
    </SessionContext.Provider>
  );
}
