/** A session that is made outside React: for loaders of a router, other frameworks, and pages without one. */

import { errorText } from "../texts/errorText.js";
import { english, type Texts } from "../texts/texts.js";
import { isBrowser } from "./browser.js";
import type { ConfigSource } from "./config/config.js";
import { onePerPage } from "./onePerPage.js";
import { type OwnLogin, plugOwnLogin } from "./own/ownLogin.js";
import { openSession } from "./pageSession.js";
import { fetchThrough } from "./requests/authorizedFetch.js";
import { tokenOf } from "./requests/getAccessToken.js";
import type { SessionStore } from "./session.js";
import type { Session } from "./snapshot.js";
import { type EntranceSession, keepStore } from "./storeOf.js";

/** Options of {@link createSession}. */
export interface SessionOptions extends ConfigSource {
  /** An own login of the application. Without one, people sign in with Microsoft only, or with a Django session. */
  readonly ownLogin?: OwnLogin | undefined;
  /** Texts in another language, such as `de` of `@django-entrance/react/texts/de`. Default: English. */
  readonly texts?: Texts | undefined;
}

const sessions: WeakMap<SessionStore, EntranceSession> = onePerPage("session of a store", () => new WeakMap());

/**
 * Makes the session of a configuration, or returns the one that was made for it before, as after a hot reload.
 *
 * In a browser it starts by itself. `authorizedFetch` and `getAccessToken` use the session that was made last.
 */
export function createSession({ ownLogin, texts, ...source }: SessionOptions): EntranceSession {
  const store = openSession(source);
  plugOwnLogin(store, ownLogin);
  store.texts = texts ?? store.texts;
  const session = sessions.get(store) ?? make(store);
  sessions.set(store, session);
  keepStore(session, store);
  if (isBrowser()) queueMicrotask(store.start);
  return session;
}

function make(store: SessionStore): EntranceSession {
  const { signIn, signOut, refresh, cancel, confirm } = store;
  const getSnapshot = (): Session => store.getSnapshot().session;
  return {
    getSnapshot,
    subscribe: (listener) => subscribe(store, listener),
    known: () => known(store),
    ...{ signIn, signOut, refresh, cancel, confirm },
    getAccessToken: (options = {}) => tokenOf(store, options),
    fetch: (input, init) => fetchThrough(store, input, init),
    get texts() {
      return store.texts ?? english;
    },
    errorText: (error) => errorText(error, store.texts ?? english),
    onSignedIn: (listener) => store.signInListeners.add((result) => result.ok && listener(result.account)),
  };
}

/** Tells of changes of the session only: the store has others, such as that MSAL is loaded. */
function subscribe(store: SessionStore, listener: () => void): () => void {
  let { session } = store.getSnapshot();
  return store.subscribe(() => {
    const before = session;
    session = store.getSnapshot().session;
    if (session !== before) listener();
  });
}

function known(store: SessionStore): Promise<Session> {
  const now = (): Session => store.getSnapshot().session;
  if (isBrowser()) store.start(); // an own login is known at once
  if (now().status !== "starting" || !isBrowser()) return Promise.resolve(now());
  return new Promise((resolve) => {
    const stop = store.subscribe(() => {
      if (now().status === "starting") return;
      stop();
      resolve(now());
    });
    store.start(); // after that: an own login is known at once
  });
}
