/** `fetch` with the access token of the page's session, to allowed origins only. */
import type { Renewal } from "./accessToken.js";
import { claimsChallenge } from "./challenge.js";
import { EntranceError } from "./errors.js";
import { networkError } from "./msalErrors.js";
import { foreignOrigin } from "./origins.js";
import { pageSession } from "./pageSession.js";
import type { SessionStore } from "./session.js";

/**
 * Fetches with `Authorization: Bearer …`. If the API answers 401, renews the token and tries once more.
 *
 * The second response is returned whatever its status. Waits for a session that is starting.
 * The request is sent only as the account that was signed in when it was made.
 * Rejects with an EntranceError, or with the reason of `signal` if the caller aborted.
 */
export async function authorizedFetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  return fetchThrough(pageSession(), input, init);
}

/** `authorizedFetch` with the access token of a session. */
export async function fetchThrough(
  store: SessionStore,
  input: RequestInfo | URL,
  init?: RequestInit,
): Promise<Response> {
  const request = toRequest(input, init);
  const { session } = store.getSnapshot();
  const { config, tokens } = await unlessAborted(request, store.ready());
  refuseForeignOrigin(request, config.apiOrigins);
  const person = session.status === "signed-in" ? session.account : tokens.person();
  const token = await unlessAborted(request, tokens.get({}, person));
  const response = await send(request.clone(), token);
  if (response.status !== 401 || foreignOrigin(response, request.url) !== null) return response;
  const renewed = await unlessAborted(request, tokens.get(renewal(response, token), person));
  if (renewed === token) return response;
  await response.body?.cancel();
  return send(request, renewed);
}

function toRequest(input: RequestInfo | URL, init?: RequestInit): Request {
  return new Request(input instanceof Request ? input : new URL(input, location.href), init); // not <base>
}

function refuseForeignOrigin(request: Request, apiOrigins: readonly string[]): void {
  const { origin } = new URL(request.url);
  if (origin === location.origin || apiOrigins.includes(origin)) return;
  const message = `${origin} is not an address this application may send its access token to. Add it to apiOrigins if it is your API.`;
  throw new EntranceError("origin_refused", { message });
}

function renewal(response: Response, refused: string): Renewal {
  const claims = claimsChallenge(response);
  return claims === null ? { refused } : { refused, claims };
}

async function send(request: Request, token: string): Promise<Response> {
  request.headers.set("Authorization", `Bearer ${token}`);
  try {
    return await fetch(request);
  } catch (error) {
    if (request.signal.aborted) throw error;
    throw networkError(`fetch of ${new URL(request.url).origin}`);
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
