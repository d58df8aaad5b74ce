/** Detects a page of ours that a page of another site shows in a frame. */

const PROBE = "django-entrance.same-site";

/**
 * Whether the browser keeps this page's storage and channels apart from those of its own windows, as it does in a frame
 * of another site. The answer of a sign-in window then never arrives.
 *
 * Asks the browser itself what "another site" means: there, it accepts no cookie for the same site only.
 */
export function isPartitioned(): boolean {
  return window.parent !== window && !isWithinOwnPages() && !acceptsOwnCookie();
}

function isWithinOwnPages(): boolean {
  try {
    for (let each: Window = window; each !== each.parent; each = each.parent) void each.parent.location.href;
    return true;
  } catch {
    return false;
  }
}

/** Writes with `document.cookie`: the Cookie Store API is asynchronous, and missing in some browsers. */
function acceptsOwnCookie(): boolean {
  try {
    Reflect.set(document, "cookie", `${PROBE}=1; SameSite=Strict; Path=/`);
    const isAccepted = document.cookie.includes(`${PROBE}=1`);
    Reflect.set(document, "cookie", `${PROBE}=; SameSite=Strict; Path=/; Max-Age=0`);
    return isAccepted;
  } catch {
    return false; // a frame with a sandbox has no cookies
  }
}
