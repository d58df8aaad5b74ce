/** Whether Microsoft may know a person here, without MSAL. */

/** Whether MSAL has accounts or tokens in its cache. */
export function hasTokens(): boolean {
  try {
    return Object.keys(localStorage).some((key) => key.startsWith("msal.") && key.includes("|"));
  } catch {
    return false; // a forbidden storage has none
  }
}

/** Whether a person may be signed in with Microsoft, or has just signed out there: only MSAL knows. */
export function mayKnowPerson(): boolean {
  return hasTokens() || new URLSearchParams(location.search).has("state");
}
