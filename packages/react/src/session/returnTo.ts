/** The page that a sign-out leads to. */
import { EntranceError } from "./errors.js";

const KEY = "django-entrance.return-to";

/** Returns the address of a path of this page's origin. Throws `config_invalid` for any other address. */
export function ownAddress(path: string): string {
  const url = URL.canParse(path, location.origin) ? new URL(path, location.origin) : null;
  if (url?.origin === location.origin && path.startsWith("/")) return url.href;
  const message = `returnTo must be a path of this page's origin, such as /goodbye/, not ${path}. No one was signed out.`;
  throw new EntranceError("config_invalid", { message });
}

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
