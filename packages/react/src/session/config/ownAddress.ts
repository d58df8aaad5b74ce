/** An address of the page's own origin, and no other. */
import { EntranceError } from "../errors.js";

/** Returns the address of a path of this page's origin. Throws `config_invalid` for any other address. */
export function ownAddress(path: string): string {
  const url = URL.canParse(path, location.origin) ? new URL(path, location.origin) : null;
  if (url?.origin === location.origin && path.startsWith("/")) return url.href;
  const message = `returnTo must be a path of this page's origin, such as /goodbye/, not ${path}. No one was signed out.`;
  throw new EntranceError("config_invalid", { message });
}
