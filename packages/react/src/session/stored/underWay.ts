/** The sign-in in progress in this tab, as an earlier page load stored it. */

export const KEY = "django-entrance.sign-in";

export function forget(): void {
  try {
    sessionStorage.removeItem(KEY);
  } catch {} // a forbidden storage has nothing to forget
}

/** Returns the attempt of an earlier page load: its id, "" if it had no window, or null. A forbidden storage has none. */
export function recall(): string | null {
  try {
    return sessionStorage.getItem(KEY);
  } catch {
    return null;
  }
}
