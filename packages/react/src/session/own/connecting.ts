/** Connects a Microsoft account to the person's own account: a ticket from the own login, redeemed with a token. */

import { begunFor } from "../begun.js";
import { CSRF, kept } from "../django/csrf.js";
import { EntranceError, toError } from "../errors.js";
import { networkError } from "../failures.js";
import { fetchThrough, toRequest } from "../requests/authorizedFetch.js";
import { Call } from "../requests/call.js";
import { readRefusal } from "../requests/refusals.js";
import { fetchWithToken } from "../requests/send.js";
import type { SessionStore } from "../session.js";
import type { SignInResult } from "../signInResult.js";
import type { SignInOptions } from "../snapshot.js";

/** Sends a request as the person's own account: `fetch` with the header of an own token, for example. */
export type OwnFetch = (url: string, init: RequestInit) => Promise<Response>;

/** The person's own account. */
export interface ConnectTarget {
  /** Default: the session's own login, or `fetch` with the Django session and its CSRF token. */
  readonly fetch?: OwnFetch | undefined;
  /** URL of `account/connect/`. Default: beside `config.json`. */
  readonly url?: string | undefined;
}

/** Options of one attempt. A `prompt` or `loginHint` asks Microsoft even if an account is signed in. */
export interface ConnectOptions extends SignInOptions {
  /** Password of the own account. Needed after `password_needed`. */
  readonly password?: string;
}

/** Result of an attempt. `user` is the user name of the own account. */
export type ConnectResult =
  | { readonly ok: true; readonly user: string }
  | { readonly ok: false; readonly error: EntranceError };

const COOKIE = /(?:^|;\s*)csrftoken=([^;]+)/;

/** Connects the signed-in Microsoft account, or signs in first. Call it directly in a click handler. Never rejects. */
export async function connectMicrosoft(
  store: SessionStore,
  target: ConnectTarget,
  { password, ...options }: ConnectOptions,
): Promise<ConnectResult> {
  const url = target.url ?? store.entranceUrl("account/connect/");
  try {
    if (store.getSnapshot().session.status === "starting") await store.opened();
    const check = store.django || store.own.account ? begunFor(store) : () => {}; // Microsoft's sign-in may change it
    const signingIn = signIn(store, options); // at once: the browser lets only a click open a window
    const ticket = await requestTicket(target.fetch ?? ownFetch(store), url, password);
    const microsoft = await signingIn;
    check();
    if (!microsoft.ok) throw microsoft.error;
    return { ok: true, user: await redeem(store, url, ticket) };
  } catch (error) {
    if (store.getSnapshot().busy) store.cancel();
    return { ok: false, error: toError(error) };
  }
}

async function signIn(store: SessionStore, options: SignInOptions): Promise<SignInResult> {
  if (store.django || store.own.account) return store.askMicrosoft(options); // the session may be another login's
  const { session } = store.getSnapshot();
  const isAsked = options.prompt !== undefined || options.loginHint !== undefined;
  return "account" in session && !isAsked ? { ok: true, account: session.account } : store.signIn(options);
}

async function requestTicket(send: OwnFetch, url: string, password?: string): Promise<string> {
  const response = await send(url, post(password === undefined ? {} : { password })).catch((error: unknown) => {
    throw error instanceof TypeError ? networkError("fetch of a ticket", error) : error;
  });
  return member(await answer(response), "ticket");
}

async function redeem(store: SessionStore, url: string, ticket: string): Promise<string> {
  return member(await answer(await fetchWithToken(store, new Call(toRequest(url, post({ ticket }))))), "user");
}

function post(body: Readonly<Record<string, string>>): RequestInit {
  const headers = { Accept: "application/json", "Content-Type": "application/json" };
  return { method: "POST", headers, body: JSON.stringify(body) };
}

async function answer(response: Response): Promise<unknown> {
  if (response.ok) return response.json().catch(() => null);
  throw (await readRefusal(response)) ?? unusable(`status ${response.status}`);
}

function member(found: unknown, name: string): string {
  const value: unknown = typeof found === "object" && found !== null && Reflect.get(found, name);
  if (typeof value !== "string" || value === "") throw unusable(`no ${name}`);
  return value;
}

function unusable(seen: string): EntranceError {
  const message = "The server did not connect the account. Please try again.";
  return new EntranceError("unexpected", { message, details: `answer of account/connect/: ${seen}` });
}

/** Sends as the own login, or with the Django session. */
function ownFetch(store: SessionStore): OwnFetch {
  return store.own.account ? (url, init) => fetchThrough(store, url, init) : sessionFetch(store);
}

/** Django gives the CSRF cookie with the account's page. */
function sessionFetch(store: SessionStore): OwnFetch {
  const cookies = { credentials: "include" } as const; // Django's origin may be another one of the site
  return async (url, init) => {
    const known = (): string | null => store.django?.csrfToken || csrfToken();
    if (known() === null)
      await fetch(store.entranceUrl("account/"), { ...cookies, headers: { Accept: "application/json" } });
    return fetch(url, { ...init, ...cookies, ...kept(url), headers: { ...init.headers, [CSRF]: known() ?? "" } });
  };
}

function csrfToken(): string | null {
  return COOKIE.exec(document.cookie)?.[1] ?? null;
}
