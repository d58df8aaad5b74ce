/**
 * Stores for whom Microsoft is asked, unless it is asked who the person is: a connect, or a confirmation. The page may
 * come back as another person's.
 */
import { type Account, keyOf } from "../account.js";
import { EntranceError } from "../errors.js";

const KEY = "django-entrance.asker";

/** A forbidden storage remembers no one: then a redirect is of no use, and the next click opens a window. */
export function keepAsker(account: Account | null): void {
  try {
    sessionStorage.setItem(KEY, String(keyOf(account)));
  } catch {}
}

export function forgetAsker(): void {
  try {
    sessionStorage.removeItem(KEY);
  } catch {}
}

/** Whether `account` is who asked. */
export function isAsker(account: Account | null): boolean {
  return asker() === String(keyOf(account));
}

/** Whether Microsoft was asked for someone, or for no one, who must still be there. */
export function hasAsker(): boolean {
  return asker() !== null;
}

/** Throws `account_changed` or `not_signed_in` if the page is no longer the asker's. */
export function mustBeAskers(now: Account | null): void {
  if (hasAsker() && !isAsker(now)) throw new EntranceError(now ? "account_changed" : "not_signed_in");
}

function asker(): string | null {
  try {
    return sessionStorage.getItem(KEY);
  } catch {
    return null;
  }
}
