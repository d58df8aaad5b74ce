/** An access token for the caller's own use, such as for another API than the application's. */
import { mustStillBe, personIn } from "../begun.js";
import { refuseOnServer } from "../browser.js";
import { loadRest, restNow } from "../loadRest.js";
import { pageSession } from "../pageSession.js";
import type { SessionStore } from "../session.js";
import { unlessAborted } from "../waiting/limit.js";
import type { InteractionMode } from "./call.js";

/** What {@link getAccessToken} asks for. */
export interface AccessTokenOptions {
  /** Scopes of one API, such as `["User.Read"]` of Microsoft Graph. Default: those of the application's own API. */
  readonly scopes?: readonly string[];
  /** What to do if Microsoft wants to see the person first. Default: `interaction` of the session, or `never`. */
  readonly interaction?: InteractionMode;
  /** Ends the waiting for the person. */
  readonly signal?: AbortSignal;
}

/**
 * Returns an access token of the signed-in person, from MSAL's cache or silently from Microsoft.
 *
 * You send it: unlike `authorizedFetch`, nothing checks its destination. Rejects with an EntranceError:
 * `interaction_required` if Microsoft wants to see the person, `not_signed_in` without a person who Microsoft knows.
 */
export async function getAccessToken(options: AccessTokenOptions = {}): Promise<string> {
  return tokenOf(pageSession(), options);
}

/** `getAccessToken` of a session. */
export async function tokenOf(store: SessionStore, options: AccessTokenOptions): Promise<string> {
  refuseOnServer();
  const person = personIn(store.getSnapshot().session);
  const { requestToken } = restNow() ?? (await unlessAborted(loadRest(), options.signal));
  mustStillBe(person, store.account);
  return requestToken(store, options);
}
