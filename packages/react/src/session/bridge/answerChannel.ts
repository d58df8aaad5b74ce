/**
 * Channel between the redirect bridge and the page that opened it. The bridge sends "answered" until the page sends
 * "heard"; then it passes the response on and its window closes.
 */

/** Prefix of our `state` and channel names. Pages that use MSAL directly have other states and do not listen here. */
const MARK = "django-entrance.";

/** Format of MSAL's ids and of `crypto.randomUUID`: other pages cannot guess such a channel name. */
const ID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

/** Opens the channel of one sign-in attempt. The attempt's id is in the `state` parameter. */
export function answerChannel(attempt: string): BroadcastChannel {
  return new BroadcastChannel(MARK + attempt);
}

/** Returns the `state` of an attempt. */
export function toState(attempt: string): string {
  return MARK + attempt;
}

/**
 * Reads the sign-in attempt from a URL of the redirect bridge. Returns null if the `state` is not MSAL's.
 *
 * MSAL's format is `<base64 of JSON with an id>|<our state>`, and it posts to the channel that the id names. Any page may
 * link to the bridge, so an id in another format is refused.
 */
export function addressedTo({ hash, search }: URL): { readonly attempt: string | null } | null {
  const states = [hash.slice(1), search].flatMap((part) => new URLSearchParams(part).getAll("state"));
  const [library = "", own = ""] = states.length === 1 ? String(states[0]).split("|") : [];
  const attempt = own.startsWith(MARK) ? own.slice(MARK.length) : null;
  return isId(idIn(library)) ? { attempt: isId(attempt) ? attempt : null } : null;
}

function isId(value: unknown): boolean {
  return typeof value === "string" && ID.test(value);
}

function idIn(library: string): unknown {
  try {
    return JSON.parse(atob(library.replace(/-/g, "+").replace(/_/g, "/"))).id;
  } catch {
    return null;
  }
}
