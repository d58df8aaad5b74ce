/** Completes a sign-in or sign-out by redirect. */
import type { AuthenticationResult, IPublicClientApplication } from "@azure/msal-browser";
import type { EntranceError } from "../../errors.js";
import { takeReturn } from "../../stored/returnTo.js";
import { fromMsal, isStale } from "../msal/msalErrors.js";
import { stripSignOutState } from "./signOutState.js";

/** Outcome of a redirect. Both are null if the page was not loaded by one. */
export interface Returned {
  readonly answer: AuthenticationResult | null;
  readonly error: EntranceError | null;
}

/** Never rejects: an error is part of the result. `goTo` leads to the page that a sign-out was to return to. */
export async function finishRedirect(
  msal: IPublicClientApplication,
  goTo: (address: string) => void,
): Promise<Returned> {
  try {
    const answer = await msal.handleRedirectPromise();
    const back = takeReturn();
    if (stripSignOutState() && back !== null) goTo(back);
    return { answer, error: null };
  } catch (error) {
    return { answer: null, error: isStale(error) ? null : fromMsal(error) };
  }
}
