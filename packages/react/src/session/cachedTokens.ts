/** Whether Microsoft may know a person here, without MSAL. */

/** Whether MSAL has accounts or tokens in its cache. */
export function hasTokens(): boolean {
  try {
    return Object.keys(localStorage).some((key) => key.startsWith("msal.") && key.includes("|"));
  } catch {
    return false; // a forbidden storage has none
  }
}
