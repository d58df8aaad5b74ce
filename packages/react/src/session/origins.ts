/** Which addresses may be trusted with a token or with the configuration. */

const LOOPBACK = /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/;

/** Whether what is sent there stays secret on the way: https, or plain http that does not leave this machine. */
export function isConfidential({ protocol, hostname }: URL): boolean {
  return protocol === "https:" || (protocol === "http:" && LOOPBACK.test(hostname));
}

/**
 * The origin that a redirect led to, or null where the asked one answered itself.
 *
 * The browser leaves the token out of a request that crosses origins (Fetch, section 4.4), so what such an answer says
 * about the token is not about ours.
 */
export function foreignOrigin(response: Response, asked: string): string | null {
  if (response.url === "") return null; // made by the page itself, as tests do
  const { origin } = new URL(response.url);
  return origin === new URL(asked).origin ? null : origin;
}
