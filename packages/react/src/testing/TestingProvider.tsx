/** Provides a session of a test to components, in place of `EntranceProvider`. */
import { type ReactElement, type ReactNode, useInsertionEffect, useLayoutEffect, useState } from "react";
import { SessionContext } from "../react/SessionContext.js";
import { TextsContext } from "../react/TextsContext.js";
import type { Account } from "../session/account.js";
import { mountSession } from "../session/pageSession.js";
import type { InteractionMode } from "../session/requests/call.js";
import type { Session } from "../session/snapshot.js";
import { en } from "../texts/en.js";
import type { Texts } from "../texts/texts.js";
import { replaceFetch } from "./replaceFetch.js";
import { signedOut } from "./sessions.js";
import { type Outcome, type SessionCall, TestingStore } from "./TestingStore.js";

export interface TestingProviderProps {
  /** Default: `signedOut()`. Another session shows as if it had changed on the page. */
  readonly session?: Session;
  /** How a sign-in ends: `signedIn(…)`, which is the default, or `errorOf(…)`. */
  readonly signIn?: Outcome;
  /** Takes the place of `fetch` while the provider is mounted, below `authorizedFetch`, too. */
  readonly fetch?: typeof globalThis.fetch;
  /** Origins that may receive the access token, besides the page's own. */
  readonly apiOrigins?: readonly string[];
  /** As of `EntranceProvider`. */
  readonly interaction?: InteractionMode;
  /** What components ask of the session is added to this array. */
  readonly calls?: SessionCall[];
  /** As of `EntranceProvider`. */
  readonly onSignedIn?: (account: Account) => void;
  /** As of `EntranceProvider`. Default: English. */
  readonly texts?: Texts;
  readonly children?: ReactNode;
}

/** `useSession`, `authorizedFetch` and all else work below it, without a server, a window or MSAL. */
export function TestingProvider(props: TestingProviderProps): ReactElement {
  const { session, signIn, fetch, apiOrigins, interaction, calls, onSignedIn, texts = en, children } = props;
  const [first] = useState(() => session ?? signedOut());
  const [store] = useState(() => new TestingStore(first));
  const shown = session ?? first;
  useInsertionEffect(() => mountSession(store), [store]);
  useInsertionEffect(() => fetch && replaceFetch(fetch), [fetch]);
  useInsertionEffect(() => store.follow({ outcome: signIn, apiOrigins, interaction, calls }));
  useLayoutEffect(() => store.give(shown), [store, shown]);
  useLayoutEffect(
    () => store.signInListeners.add((result) => result.ok && onSignedIn?.(result.account)),
    [store, onSignedIn],
  );
  return (
    <SessionContext.Provider value={store}>
      <TextsContext.Provider value={texts}>{children}</TextsContext.Provider>
    </SessionContext.Provider>
  );
}
