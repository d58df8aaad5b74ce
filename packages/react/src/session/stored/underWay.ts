/** Stores the sign-in in progress in this tab, so that it survives a reload. */

const KEY = "django-entrance.sign-in";
const NO_WINDOW = "";

/** Stored instead of an attempt: Microsoft's token is there, and the Django session is about to start. */
export const REDEEMED = "redeemed";

/**
 * Stores an attempt in a window, which outlives a reload of this page.
 *
 * If the storage is full, a reload loses the sign-in; the sign-in itself continues.
 */
export function beginInWindow(attempt: string): void {
  try {
    sessionStorage.setItem(KEY, attempt);
  } catch {
    forget();
  }
}

/** Marks that the attempt has no window any more: from here on, a reload loses the sign-in. */
export function leaveWindow(attempt: string): void {
  if (recall() === attempt) beginInWindow(NO_WINDOW);
}

export function forget(): void {
  try {
    sessionStorage.removeItem(KEY);
  } catch {} // a forbidden storage has nothing to forget
}

/** Forgets an attempt that has ended, unless its exchange got no answer: a reload repeats that. */
export function forgetEnded(): void {
  if (recall() !== REDEEMED) forget();
}

/** Returns the attempt of an earlier page load: its id, "" if it had no window, or null. A forbidden storage has none. */
export function recall(): string | null {
  try {
    return sessionStorage.getItem(KEY);
  } catch {
    return null;
  }
}
