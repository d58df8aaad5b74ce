/** `fetch` with the access token or the Django session of the page, to allowed origins only. */
import { mustStillBe, personIn } from "../begun.js";
import { refuseOnServer } from "../browser.js";
import { loadRest, restNow } from "../loadRest.js";
import { pageSession } from "../pageSession.js";
import type { SessionStore } from "../session.js";
import { unlessAborted } from "../waiting/limit.js";
import type { AuthorizedRequestInit } from "./call.js";

/**
 * Fetches with `Authorization: Bearer …`. If the API answers 401, renews the token and tries once more.
 *
 * The second response is returned whatever its status. Waits for a session that is starting.
 * The request is sent only as the account that was signed in when it was made.
 * Rejects with an EntranceError, or with the reason of `signal` if the caller aborted.
 */
export async function authorizedFetch(input: RequestInfo | URL, init?: AuthorizedRequestInit): Promise<Response> {
  return fetchThrough(pageSession(), input, init);
}

/** `authorizedFetch` of a session. What is to be sent, and as whom, is settled at once; what sends it may still load. */
export async function fetchThrough(
  store: SessionStore,
  input: RequestInfo | URL,
  init: AuthorizedRequestInit = {},
): Promise<Response> {
  refuseOnServer();
  const request = toRequest(input, init);
  const person = personIn(store.getSnapshot().session);
  const { send } = restNow() ?? (await unlessAborted(loadRest(), request.signal));
  mustStillBe(person, store.account);
  return send(store, request, init);
}

/** Relative addresses are resolved against the page's own, never against an injected `<base>`. */
export function toRequest(input: RequestInfo | URL, init?: RequestInit): Request {
  return new Request(input instanceof Request ? input : new URL(input, location.href), init);
}
