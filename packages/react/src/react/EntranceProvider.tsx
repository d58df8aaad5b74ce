/** Starts the page's session and provides it to the components below. */
import { type ReactElement, type ReactNode, useEffect, useInsertionEffect } from "react";
import type { Account } from "../session/account.js";
import type { ConfigSource } from "../session/config/config.js";
import { mountSession, openSession } from "../session/pageSession.js";
import type { SessionStore } from "../session/session.js";
import { type EntranceSession, storeOf } from "../session/storeOf.js";
import type { Texts } from "../texts/texts.js";
import { SessionContext } from "./SessionContext.js";
import { TextsContext, useTexts } from "./TextsContext.js";

/** Options of a provider that makes the session, or the session that `createSession` has made. */
export type EntranceProviderProps = (
  | ConfigSource
  | {
      /** A session of `createSession` of `@django-entrance/react/session`. */
      readonly session: EntranceSession;
      readonly config?: never;
    }
) & {
  /** Called once after each sign-in, by window or by redirect. Not called when the person was signed in already. */
  readonly onSignedIn?: ((account: Account) => void) | undefined;
  /** Texts in another language, such as `de` of `@django-entrance/react/texts/de`. Default: those of the session, or English. */
  readonly texts?: Texts | undefined;
  readonly children?: ReactNode;
};

/**
 * Renders its children at once. The status of `useSession` is "starting" until the session is ready.
 *
 * There is one MSAL instance per configuration, however often React mounts the provider.
 */
export function EntranceProvider(props: EntranceProviderProps): ReactElement {
  const { onSignedIn, texts, children } = props;
  const outerTexts = useTexts();
  const store = props.config === undefined ? storeOf(props.session) : openStore(props);
  useInsertionEffect(() => mountSession(store), [store]); // before any effect of the children
  useEffect(
    () => store.signInListeners.add((result) => result.ok && onSignedIn?.(result.account)),
    [store, onSignedIn],
  );
  useEffect(() => store.start(), [store]);
  return (
    <SessionContext.Provider value={store}>
      <TextsContext.Provider value={texts ?? store.texts ?? outerTexts}>{children}</TextsContext.Provider>
    </SessionContext.Provider>
  );
}

/** Leaves out what is no option of the session. */
function openStore({ config, redirectUri, apiOrigins, session, interaction }: ConfigSource): SessionStore {
  return openSession({ config, redirectUri, apiOrigins, session, interaction });
}
