/** Completes a sign-in or sign-out by redirect. */
import type { AuthenticationResult, IPublicClientApplication } from "@azure/msal-browser";
import type { EntranceError } from "./errors.js";
import { fromMsal, isStale } from "./msalErrors.js";
import { stripSignOutState } from "./signOutState.js";

/** Outcome of a redirect. Both are null if the page was not loaded by one. */
export interface Returned {
  readonly answer: AuthenticationResult | null;
  readonly error: EntranceError | null;
}

/** Never rejects: an error is part of the result. */
export async function finishRedirect(msal: IPublicClientApplication): Promise<Returned> {
  try {
    const answer = await msal.handleRedirectPromise();
    stripSignOutState();
    return { answer, error: null };
  } catch (error) {
    return { answer: null, error: isStale(error) ? null : fromMsal(error) };
  }
}
