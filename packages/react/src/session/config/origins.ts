/** Which origins may receive a token or serve the configuration. */
import { EntranceError } from "../errors.js";
import { invalid } from "../failures.js";

const LOOPBACK = /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/;

/** Whether the connection is confidential: https, or http to loopback. */
export function isConfidential({ protocol, hostname }: URL): boolean {
  return protocol === "https:" || (protocol === "http:" && LOOPBACK.test(hostname));
}

/** Returns the address. Throws `config_invalid` for one that can be read on the way; `name` is its setting. */
export function refuseOpen(url: URL, name: string, written: string = url.href): URL {
  if (isConfidential(url)) return url;
  throw invalid(`${name} must be an https address (http is for localhost only), not ${written}`);
}

/** Throws `origin_refused` for an address outside the page's origin and `allowed`. */
export function refuseForeignOrigin(url: string, allowed: readonly string[]): void {
  const { origin } = new URL(url);
  if (origin === location.origin || allowed.includes(origin)) return;
  const message = `${origin} is not an address this application may send its access token to. Add it to apiOrigins if it is your API.`;
  throw new EntranceError("origin_refused", { message });
}

/**
 * Returns the origin of the response if a redirect led to another one, else null.
 *
 * Browsers drop the token on a cross-origin redirect (Fetch, section 4.4), so such a response says nothing about it.
 */
export function foreignOrigin(response: Response, asked: string): string | null {
  if (response.url === "") return null; // constructed by the page, as in tests
  const { origin } = new URL(response.url);
  return origin === new URL(asked).origin ? null : origin;
}
