/** What a 401 asks for, or a 403 of Django's CSRF check. Loaded with the first one. */

import { isSameSecret } from "../django/csrfSecret.js";
import type { DjangoSession } from "../django/djangoSession.js";
import { EntranceError } from "../errors.js";
import type { Renewal } from "../microsoft/accessToken.js";
import type { SessionStore } from "../session.js";
import type { Call } from "./call.js";
import { challengeReason, claimsChallenge } from "./challenge.js";
import { readRefusal } from "./refusals.js";

/** Returns how the token `refused` is to be renewed. */
export async function renewalAfter(response: Response, refused: string): Promise<Renewal> {
  const claims = claimsChallenge(response);
  return claims === null ? { refused } : { refused, claims, reason: await challengeReason(response) };
}

/** What a request was sent with. */
interface Sent {
  readonly username: string | null;
  readonly csrfToken: string;
  readonly header: string | undefined;
}

/** Sends a refused request once more, if the refusal passes. Returns the refusal otherwise. */
export async function sendAgain(
  store: SessionStore,
  django: DjangoSession,
  call: Call,
  response: Response,
  { username, csrfToken, header }: Sent,
): Promise<Response> {
  const isCured =
    response.status === 401 ? cure(store, django, call, response) : rotated(django, call, response, csrfToken);
  if (!(await isCured)) return response;
  if (django.username !== username) throw new EntranceError("account_changed");
  if (!call.isRepeatable) return response;
  await response.body?.cancel();
  return call.last(header, django.csrfToken);
}

/**
 * Returns whether there is a newer CSRF token: a sign-in, here, in another tab or on a page of Django, changed it.
 *
 * With the same secret Django would refuse it once more; a view whose own refusal names CSRF would run twice.
 */
async function rotated(django: DjangoSession, call: Call, response: Response, csrfToken: string): Promise<boolean> {
  if (!isSameSecret(csrfToken, django.csrfToken)) return true;
  if (!(await response.clone().text()).includes("CSRF")) return false; // Django's page, and Django REST framework, name it
  await call.waitFor(django.look());
  return !isSameSecret(csrfToken, django.csrfToken);
}

/** Returns whether the session can answer now what it could not: Entra was asked again, or another tab has done so. */
async function cure(store: SessionStore, django: DjangoSession, call: Call, response: Response): Promise<boolean> {
  const claims = claimsChallenge(response) ?? undefined;
  const isStale = (await readRefusal(response))?.details === "session_stale";
  if (claims === undefined && !isStale) await call.waitFor(django.look());
  else
    await call.waitFor(store.renew(claims, claims && (await challengeReason(response)))).catch((error: unknown) => {
      if (call.mode !== "click") throw error;
      return call.waitFor(store.seen(error));
    });
  return django.username !== null;
}
