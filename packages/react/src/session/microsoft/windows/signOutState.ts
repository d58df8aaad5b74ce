/** Removes the `state` parameter that MSAL's sign-out leaves in the address bar. */

/**
 * Returns whether it was there. Keeps any other `state` parameter: only MSAL's is base64 of JSON with an interaction
 * type.
 */
export function stripSignOutState(): boolean {
  const url = new URL(location.href);
  if (!isMsalState(url.searchParams.get("state"))) return false;
  url.searchParams.delete("state");
  history.replaceState(history.state, "", url);
  return true;
}

function isMsalState(state: string | null): boolean {
  try {
    const found: unknown = JSON.parse(atob(state?.split("|")[0] ?? ""));
    return typeof found === "object" && found !== null && "meta" in found && "id" in found;
  } catch {
    return false;
  }
}
