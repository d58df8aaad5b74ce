/** Sends a request with the proof of the session: the own login's, the Django session or the access token. */
import { begunFor } from "../begun.js";
import { foreignOrigin, refuseForeignOrigin } from "../config/origins.js";
import { CSRF } from "../django/csrf.js";
import type { DjangoSession } from "../django/djangoSession.js";
import { EntranceError } from "../errors.js";
import type { SessionStore } from "../session.js";
import { hasTokens } from "../stored/cachedTokens.js";
import { loadPart } from "../waiting/loadPart.js";
import { type AuthorizedRequestInit, Call } from "./call.js";

/** With the Django session at Django's own origin, else with the access token. */
export async function send(store: SessionStore, request: Request, init: AuthorizedRequestInit): Promise<Response> {
  const call = new Call(request, { ...init, interaction: init.interaction ?? store.interaction });
  await call.waitFor(isKnown(store));
  const { django } = store;
  if (store.own.account) return fetchAsOwner(store, call);
  const isBare = call.isOptional && isSignedOut(store);
  if (django && call.url.origin === new URL(django.url).origin) return fetchInSession(store, django, call, isBare);
  return isBare ? fetchBare(store, call) : fetchWithToken(store, call);
}

/** Fetches with the proof of the own login. */
async function fetchAsOwner(store: SessionStore, call: Call): Promise<Response> {
  const { own } = store;
  const check = begunFor(store);
  const { url, headers } = call.request;
  if (call.url.origin !== location.origin) refuseForeignOrigin(url, (await call.waitFor(store.config())).apiOrigins);
  await call.waitFor(own.authorize(headers, check));
  const response = await call.proved();
  const isRefused = response.status === 401 && foreignOrigin(response, url) === null;
  if (isRefused && isPassed(check)) await own.refused(); // a late 401 says nothing of the next person
  return response;
}

function isPassed(check: () => void): boolean {
  try {
    check();
    return true;
  } catch {
    return false;
  }
}

/** Waits for a session that is starting: a person who comes back, here or in another tab, is never taken for no one. */
export async function isKnown(store: SessionStore): Promise<void> {
  if (store.own.account) return;
  const { status } = store.getSnapshot().session;
  if (status === "starting" || status === "failed") await store.opened();
  if (!store.django && !store.microsoft && hasTokens()) await store.ready();
}

function isSignedOut(store: SessionStore): boolean {
  const { status } = store.getSnapshot().session;
  return status === "signed-out" || status === "signing-in";
}

/** Fetches without a proof, but only where a signed-in person's request might go. */
async function fetchBare(store: SessionStore, call: Call): Promise<Response> {
  refuseForeignOrigin(call.request.url, (await call.waitFor(store.config())).apiOrigins);
  return call.bare();
}

/** Fetches with the access token. */
export async function fetchWithToken(store: SessionStore, call: Call): Promise<Response> {
  const { session } = store.getSnapshot();
  const check = begunFor(store);
  const microsoft = await call.waitFor(store.ready());
  return microsoft.fetch(store, call, "account" in session ? session.account : null, check);
}

/** Fetches with the session cookie, and with Django's CSRF token where Django asks for it. A refusal that passes is tried once more. */
async function fetchInSession(
  store: SessionStore,
  django: DjangoSession,
  call: Call,
  isBare: boolean,
): Promise<Response> {
  call.sendCookies();
  await call.waitFor(store.opened());
  const check = begunFor(store);
  const { url } = call.request;
  if (call.url.origin !== location.origin) {
    refuseForeignOrigin(url, (await call.waitFor(store.config())).apiOrigins);
  }
  check();
  const { csrfToken, username } = django;
  const header = call.isSafe ? undefined : CSRF;
  if (username === null && !isBare) throw new EntranceError("not_signed_in");
  const response = await call.first(header, csrfToken, isBare); // no one can be proved better
  const mayPass = response.status === 401 || (response.status === 403 && header !== undefined);
  if (!mayPass || foreignOrigin(response, url) !== null) return response;
  return (await unauthorized()).sendAgain(store, django, call, response, { username, csrfToken, header });
}

/** What a 401 asks for. */
export function unauthorized(): Promise<typeof import("./unauthorized.js")> {
  return loadPart(() => import("./unauthorized.js"), "sendAgain");
}
