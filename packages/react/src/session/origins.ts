/** Which origins may receive a token or serve the configuration. */

const LOOPBACK = /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/;

/** Whether the connection is confidential: https, or http to loopback. */
export function isConfidential({ protocol, hostname }: URL): boolean {
  return protocol === "https:" || (protocol === "http:" && LOOPBACK.test(hostname));
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
