/** The page that a sign-out leads to, while the page is at Microsoft. */

const KEY = "django-entrance.return-to";

/** Stores the address while the page is at Microsoft, which returns to registered addresses only. */
export function rememberReturn(address: string): void {
  try {
    sessionStorage.setItem(KEY, address);
  } catch {
    // The storage is full: the sign-out ends where it ends without `returnTo`.
  }
}

/** Returns the stored address once, or null. */
export function takeReturn(): string | null {
  const address = sessionStorage.getItem(KEY);
  sessionStorage.removeItem(KEY);
  return address;
}
