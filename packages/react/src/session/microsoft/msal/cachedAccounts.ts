/** Removes accounts and their tokens from MSAL's cache, for all tabs. */
import type {
  AccountInfo,
  AuthenticationResult,
  EventMessage,
  InteractionType,
  IPublicClientApplication,
} from "@azure/msal-browser";
import { ACQUIRE_TOKEN_SUCCESS, LOGOUT_SUCCESS } from "./msalEvents.js";
import { caughtUp } from "./sharedCache.js";

const SILENT: `${InteractionType.Silent}` = "silent";

/**
 * Removes all accounts except one: by default the active one, which MSAL removes at sign-out.
 *
 * An account without ID token claims belongs to another application on this origin: they share MSAL's list of accounts.
 */
export async function removeOtherAccounts(
  msal: IPublicClientApplication,
  kept: AccountInfo | null = msal.getActiveAccount(),
): Promise<void> {
  await caughtUp(msal); // with accounts that another tab has added
  const others = msal.getAllAccounts().filter((one) => one.idTokenClaims && one.homeAccountId !== kept?.homeAccountId);
  await Promise.all(others.map((account) => msal.clearCache({ account })));
}

/** Removes the account and tokens of a late response, unless its account is the active one. */
export async function removeAnswer(msal: IPublicClientApplication, { account }: AuthenticationResult): Promise<void> {
  if (msal.getActiveAccount()?.homeAccountId !== account.homeAccountId) await msal.clearCache({ account });
}

/** Removes tokens that a silent renewal caches after a sign-out in this or another tab. */
export function removeLateTokens(msal: IPublicClientApplication): void {
  let signedOut = false;
  msal.addEventCallback(
    ({ eventType, interactionType, payload }: EventMessage) => {
      if (eventType === LOGOUT_SUCCESS) signedOut = true;
      else if (signedOut && interactionType === SILENT && !msal.getActiveAccount()) {
        void removeAnswer(msal, payload as AuthenticationResult);
      }
    },
    [LOGOUT_SUCCESS, ACQUIRE_TOKEN_SUCCESS],
  );
}
