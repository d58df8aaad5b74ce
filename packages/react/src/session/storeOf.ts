/** What callers see of a session, and what is behind it. */
import type { Texts } from "../texts/texts.js";
import type { Account } from "./account.js";
import type { EntranceError } from "./errors.js";
import { onePerPage } from "./onePerPage.js";
import type { AuthorizedRequestInit } from "./requests/call.js";
import type { AccessTokenOptions } from "./requests/getAccessToken.js";
import type { SessionStore } from "./session.js";
import type { SignInResult } from "./signInResult.js";
import type { Session, SignInOptions, SignOutOptions } from "./snapshot.js";

/** A session. On a server it stays `starting`, and no one is signed in. */
export interface EntranceSession {
  /** Returns the session as it is now: the same object until it changes. */
  getSnapshot(): Session;
  /** Calls `listener` after each change, in this tab or another. Returns a function that ends it. */
  subscribe(listener: () => void): () => void;
  /** Resolves once the status is no longer `starting`. Never rejects. On a server it resolves at once. */
  known(): Promise<Session>;
  /** Opens the sign-in window. Call it directly in a click handler. Never rejects. */
  signIn(options?: SignInOptions): Promise<SignInResult>;
  /** Never rejects. */
  signOut(options?: SignOutOptions): Promise<void>;
  /** Reads the Django session again. Never rejects. */
  refresh(): Promise<void>;
  /** Closes the sign-in window. */
  cancel(): void;
  /** In `needs-interaction`: opens Microsoft's window. Call it directly in a click handler. Never rejects. */
  confirm(): Promise<SignInResult>;
  /** Returns an access token for your own use. Rejects with an EntranceError. */
  getAccessToken(options?: AccessTokenOptions): Promise<string>;
  /** `authorizedFetch` of this session. */
  fetch(input: RequestInfo | URL, init?: AuthorizedRequestInit): Promise<Response>;
  /** Calls `listener` after each sign-in with Microsoft. Returns a function that ends it. */
  onSignedIn(listener: (account: Account) => void): () => void;
  /** The texts that `createSession` was given. Default: English. */
  readonly texts: Texts;
  /** Returns the sentence of an error in the language of the texts. */
  errorText(error: EntranceError): string;
}

const stores: WeakMap<EntranceSession, SessionStore> = onePerPage("store of a session", () => new WeakMap());

export function keepStore(session: EntranceSession, store: SessionStore): void {
  stores.set(session, store);
}

/** Returns what is behind a session. */
export function storeOf(session: EntranceSession): SessionStore {
  const store = stores.get(session);
  if (!store) throw new Error("This session was not made by createSession() of @django-entrance/react/session.");
  return store;
}
