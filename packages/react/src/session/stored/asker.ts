/** Stores who asked for a connect while Microsoft is asked: the page may come back as another person's. */
import { type Account, keyOf } from "../account.js";

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
  try {
    return sessionStorage.getItem(KEY) === String(keyOf(account));
  } catch {
    return false;
  }
}
