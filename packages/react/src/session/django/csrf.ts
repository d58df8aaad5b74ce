/** Django's CSRF token: what carries it, and how far. */

export const CSRF = "X-CSRFToken";

/** Whether a request only reads: Django asks no token of it. */
export const isSafe = (method: string): boolean => /^(GET|HEAD|OPTIONS)$/.test(method);

/**
 * Returns the options of a request that no redirect takes to another origin: browsers send the token along.
 *
 * A page cannot see where a redirect of another origin than its own leads, so there it follows none.
 */
export function kept(url: string): RequestInit {
  return new URL(url, location.href).origin === location.origin ? { mode: "same-origin" } : { redirect: "error" };
}
