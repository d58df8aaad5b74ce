/**
 * The wire between the redirect bridge and the page that opened it. The bridge says "answered" until the page says
 * "heard"; then it hands the answer over and closes its window.
 */

/** Marks our own attempts; a page that uses MSAL alone has a state of its own, and does not listen here. */
const MARK = "django-entrance.";

/** What MSAL and `crypto.randomUUID` make. A foreign page can guess no such name, nor does an application use one. */
const ID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

/** Opens the channel of one sign-in attempt; the attempt's name travels in the `state` parameter. */
export function answerChannel(attempt: string): BroadcastChannel {
  return new BroadcastChannel(MARK + attempt);
}

/** The `state` that carries an attempt to the bridge. */
export function toState(attempt: string): string {
  return MARK + attempt;
}

/**
 * The sign-in attempt that an address of the redirect bridge answers, or null if MSAL did not make its `state`.
 *
 * MSAL writes `<base64 of JSON with an id>|<our state>`, and posts to whatever channel the id names. Any page may link to
 * the bridge, so an id of another form is refused.
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
