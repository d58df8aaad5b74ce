/** Ends a sign-in or sign-out that came back by redirect. */
import type { AuthenticationResult, IPublicClientApplication } from "@azure/msal-browser";
import type { EntranceError } from "./errors.js";
import { fromMsal, isStale } from "./msalErrors.js";
import { stripSignOutState } from "./signOutState.js";

/** What the page came back with; both null if it did not come back from anywhere. */
export interface Returned {
  readonly answer: AuthenticationResult | null;
  readonly error: EntranceError | null;
}

/** Never rejects: what was refused comes back as a value. */
export async function finishRedirect(msal: IPublicClientApplication): Promise<Returned> {
  try {
    const answer = await msal.handleRedirectPromise();
    stripSignOutState();
    return { answer, error: null };
  } catch (error) {
    return { answer: null, error: isStale(error) ? null : fromMsal(error) };
  }
}
