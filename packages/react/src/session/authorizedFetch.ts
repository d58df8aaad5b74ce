/** `fetch` with the access token or the Django session of the page, to allowed origins only. */
import type { Renewal } from "./accessToken.js";
import { claimsChallenge } from "./challenge.js";
import type { DjangoSession } from "./djangoSession.js";
import { EntranceError, networkError } from "./errors.js";
import { type InteractionMode, onceSeen, unlessAborted } from "./interactionMode.js";
import { foreignOrigin, refuseForeignOrigin } from "./origins.js";
import { pageSession } from "./pageSession.js";
import { readRefusal } from "./refusals.js";
import type { SessionStore } from "./session.js";

const CSRF = "X-CSRFToken";
const AUTHORIZATION = "Authorization";

/** Options of `fetch`, and of the session's. */
export interface AuthorizedRequestInit extends RequestInit {
  /** Default: `interaction` of the session, or `never`. */
  readonly interaction?: InteractionMode | undefined;
}

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

/** `authorizedFetch` of a session: with the Django session at Django's own origin, else with the access token. */
export async function fetchThrough(
  store: SessionStore,
  input: RequestInfo | URL,
  init?: AuthorizedRequestInit,
): Promise<Response> {
  const { django } = store;
  const request = toRequest(input, init);
  const mode = init?.interaction ?? store.interaction;
  const isDjangos = django && new URL(request.url).origin === new URL(django.url).origin;
  return isDjangos ? fetchInSession(store, django, request, mode) : fetchWithToken(store, request, mode);
}

/** Fetches with the access token. */
export async function fetchWithToken(
  store: SessionStore,
  request: Request,
  mode: InteractionMode = "never",
): Promise<Response> {
  const { session } = store.getSnapshot();
  const { config, tokens } = await unlessAborted(request.signal, store.ready());
  refuseForeignOrigin(request.url, config.apiOrigins);
  const isMicrosofts = "account" in session && session.account.objectId !== "";
  const person = isMicrosofts ? session.account : tokens.person();
  const get = (renewal: Renewal): Promise<string> =>
    onceSeen(store.confirmation, mode, request.signal, () => store.token(renewal, person));
  const token = await get({});
  const response = await send(request.clone(), AUTHORIZATION, `Bearer ${token}`);
  if (response.status !== 401 || foreignOrigin(response, request.url) !== null) return response;
  const renewed = await get(renewal(response, token));
  if (renewed === token) return response;
  await response.body?.cancel();
  return send(request, AUTHORIZATION, `Bearer ${renewed}`);
}

/** Fetches with the session cookie and Django's CSRF token. A refusal that passes is tried once more. */
async function fetchInSession(
  store: SessionStore,
  django: DjangoSession,
  asked: Request,
  mode: InteractionMode,
): Promise<Response> {
  const request = new Request(asked, { credentials: "include" });
  await unlessAborted(request.signal, store.opened());
  const isOwn = new URL(request.url).origin === location.origin;
  if (!isOwn) refuseForeignOrigin(request.url, (await unlessAborted(request.signal, store.config())).apiOrigins);
  const { csrfToken, username } = django;
  if (username === null) throw new EntranceError("not_signed_in");
  const response = await send(request.clone(), CSRF, csrfToken);
  if (foreignOrigin(response, request.url) !== null) return response;
  const isPassing = response.status === 401 && (await cure(store, django, request, response, mode));
  const isRotated = response.status === 403 && csrfToken !== django.csrfToken; // by a sign-in in another tab
  if (!isPassing && !isRotated) return response;
  if (django.username !== username) throw new EntranceError("account_changed");
  await response.body?.cancel();
  return send(request, CSRF, django.csrfToken);
}

/** Returns whether the session can answer now what it could not: Entra was asked again, or another tab has done so. */
async function cure(
  store: SessionStore,
  django: DjangoSession,
  request: Request,
  response: Response,
  mode: InteractionMode,
): Promise<boolean> {
  const claims = claimsChallenge(response) ?? undefined;
  const isStale = (await readRefusal(response))?.details === "session_stale";
  if (claims === undefined && !isStale) await unlessAborted(request.signal, django.look());
  else
    await unlessAborted(request.signal, store.renew(claims)).catch((error: unknown) => {
      if (mode === "never") throw error;
      return unlessAborted(request.signal, store.confirmation.seen(error));
    });
  return django.username !== null;
}

function toRequest(input: RequestInfo | URL, init?: RequestInit): Request {
  const request = new Request(input instanceof Request ? input : new URL(input, location.href), init); // not <base>
  if (request.headers.has(AUTHORIZATION)) throw new EntranceError("authorization_given");
  return request;
}

function renewal(response: Response, refused: string): Renewal {
  const claims = claimsChallenge(response);
  return claims === null ? { refused } : { refused, claims };
}

async function send(request: Request, header: string, value: string): Promise<Response> {
  request.headers.set(header, value);
  try {
    return await fetch(request);
  } catch (error) {
    if (request.signal.aborted) throw error;
    throw networkError(`fetch of ${new URL(request.url).origin}`, error);
  }
}
