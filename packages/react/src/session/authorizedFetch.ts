/** `fetch` with the access token or the Django session of the page, to allowed origins only. */
import type { Renewal } from "./accessToken.js";
import { claimsChallenge } from "./challenge.js";
import type { DjangoSession } from "./djangoSession.js";
import { EntranceError, networkError } from "./errors.js";
import { foreignOrigin, refuseForeignOrigin } from "./origins.js";
import { pageSession } from "./pageSession.js";
import { readRefusal } from "./refusals.js";
import type { SessionStore } from "./session.js";

const CSRF = "X-CSRFToken";
const AUTHORIZATION = "Authorization";

/** Options of {@link authorizedFetch}: those of `fetch`, and its own. */
export interface AuthorizedInit extends RequestInit {
  /** `optional`: without a signed-in person, the request is sent without a proof. Default: it is refused then. */
  readonly authorization?: "required" | "optional";
  /** Turns the first response into the 401 that it means, for an API that refuses with status 200. */
  readonly translate?: (response: Response) => Promise<Response>;
}

const asItIs = async (response: Response): Promise<Response> => response;

/**
 * Fetches with `Authorization: Bearer …`. If the API answers 401, renews the token and tries once more.
 *
 * The second response is returned whatever its status. Waits for a session that is starting.
 * The request is sent only as the account that was signed in when it was made.
 * Rejects with an EntranceError, or with the reason of `signal` if the caller aborted.
 */
export async function authorizedFetch(input: RequestInfo | URL, init?: AuthorizedInit): Promise<Response> {
  return fetchThrough(pageSession(), input, init);
}

/** `authorizedFetch` of a session: with the Django session at Django's own origin, else with the access token. */
export async function fetchThrough(
  store: SessionStore,
  input: RequestInfo | URL,
  init: AuthorizedInit = {},
): Promise<Response> {
  const { django } = store;
  const request = toRequest(input, init);
  const isBare = init.authorization === "optional" && (await unlessAborted(request, isSignedOut(store)));
  const isDjangos = django && new URL(request.url).origin === new URL(django.url).origin;
  if (isDjangos) return fetchInSession(store, django, request, init, isBare);
  return isBare ? fetchBare(store, request) : fetchWithToken(store, request, init);
}

/** Waits for a session that is starting: a person who comes back is never taken for no one. */
async function isSignedOut(store: SessionStore): Promise<boolean> {
  if (store.getSnapshot().session.status === "starting") await store.opened();
  const { status } = store.getSnapshot().session;
  return status === "signed-out" || status === "signing-in";
}

/** Fetches without a proof, but only where a signed-in person's request might go. */
async function fetchBare(store: SessionStore, request: Request): Promise<Response> {
  refuseForeignOrigin(request.url, (await unlessAborted(request, store.config())).apiOrigins);
  return send(request);
}

/** Fetches with the access token. */
export async function fetchWithToken(
  store: SessionStore,
  input: RequestInfo | URL,
  init: AuthorizedInit = {},
): Promise<Response> {
  const request = toRequest(input, init);
  const { session } = store.getSnapshot();
  const { config, tokens } = await unlessAborted(request, store.ready());
  refuseForeignOrigin(request.url, config.apiOrigins);
  const isMicrosofts = session.status === "signed-in" && session.account.objectId !== "";
  const person = isMicrosofts ? session.account : tokens.person();
  const token = await unlessAborted(request, tokens.get({}, person));
  const { translate = asItIs } = init;
  const response = await translate(await send(firstOf(request, init), AUTHORIZATION, `Bearer ${token}`));
  if (response.status !== 401 || foreignOrigin(response, request.url) !== null) return response;
  const renewed = await unlessAborted(request, tokens.get(renewal(response, token), person));
  if (renewed === token || isStreamed(init)) return response;
  await response.body?.cancel();
  return send(request, AUTHORIZATION, `Bearer ${renewed}`);
}

/** Fetches with the session cookie and Django's CSRF token. A refusal that passes is tried once more. */
async function fetchInSession(
  store: SessionStore,
  django: DjangoSession,
  asked: Request,
  init: AuthorizedInit,
  isBare: boolean,
): Promise<Response> {
  const request = new Request(asked, { credentials: "include" });
  await unlessAborted(request, store.opened());
  const isOwn = new URL(request.url).origin === location.origin;
  if (!isOwn) refuseForeignOrigin(request.url, (await unlessAborted(request, store.config())).apiOrigins);
  const { csrfToken, username } = django;
  if (username === null && !isBare) throw new EntranceError("not_signed_in");
  const { translate = asItIs } = init;
  const response = await translate(await send(firstOf(request, init), CSRF, csrfToken));
  if (foreignOrigin(response, request.url) !== null) return response;
  const isPassing = response.status === 401 && (await unlessAborted(request, cure(store, django, response)));
  const isRotated = response.status === 403 && csrfToken !== django.csrfToken; // by a sign-in in another tab
  if (!isPassing && !isRotated) return response;
  if (django.username !== username) throw new EntranceError("account_changed");
  if (isStreamed(init)) return response;
  await response.body?.cancel();
  return send(request, CSRF, django.csrfToken);
}

/** Returns whether the session can answer now what it could not: Entra was asked again, or another tab has done so. */
async function cure(store: SessionStore, django: DjangoSession, response: Response): Promise<boolean> {
  const claims = claimsChallenge(response) ?? undefined;
  const refusal = await readRefusal(response);
  if (claims !== undefined || refusal?.details === "session_stale") await store.renew(claims);
  else await django.look();
  return django.username !== null;
}

function toRequest(input: RequestInfo | URL, init: RequestInit): Request {
  const request = new Request(input instanceof Request ? input : new URL(input, location.href), init); // not <base>
  if (request.headers.has(AUTHORIZATION)) throw new EntranceError("authorization_given");
  return request;
}

/** A stream can be read once. The caller gets the 401, after the renewal, and may send a new stream. */
function isStreamed({ body }: RequestInit): boolean {
  return body instanceof ReadableStream;
}

/** The request for the first attempt. A copy of a stream would be kept in memory as a whole. */
function firstOf(request: Request, init: RequestInit): Request {
  return isStreamed(init) ? request : request.clone();
}

function renewal(response: Response, refused: string): Renewal {
  const claims = claimsChallenge(response);
  return claims === null ? { refused } : { refused, claims };
}

async function send(request: Request, header?: string, value = ""): Promise<Response> {
  if (header !== undefined) request.headers.set(header, value);
  try {
    return await fetch(request);
  } catch (error) {
    if (request.signal.aborted || error instanceof EntranceError) throw error;
    throw networkError(`fetch of ${new URL(request.url).origin}`, error);
  }
}

function unlessAborted<T>({ signal }: Request, work: Promise<T>): Promise<T> {
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason);
    signal.addEventListener("abort", stop);
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}
