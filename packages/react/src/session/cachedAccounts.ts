/** Removes accounts and their tokens from MSAL's cache; a removal reaches the other tabs, too. */
import {
  type AuthenticationResult,
  type EventMessage,
  EventType,
  InteractionType,
  type IPublicClientApplication,
} from "@azure/msal-browser";

/**
 * Removes all accounts but the active one, which MSAL removes itself when it signs out.
 *
 * Without ID token an account belongs to another application on this origin, which shares MSAL's list of accounts.
 */
export async function removeOtherAccounts(msal: IPublicClientApplication): Promise<void> {
  const active = msal.getActiveAccount()?.homeAccountId;
  const others = msal.getAllAccounts().filter((one) => one.idTokenClaims && one.homeAccountId !== active);
  await Promise.all(others.map((account) => msal.clearCache({ account })));
}

/** Removes what an answer wrote that came too late, unless its account is the one that is signed in. */
export async function removeAnswer(msal: IPublicClientApplication, { account }: AuthenticationResult): Promise<void> {
  if (msal.getActiveAccount()?.homeAccountId !== account.homeAccountId) await msal.clearCache({ account });
}

/** Removes what a silent renewal that was under way at a sign-out, here or in another tab, writes back after it. */
export function removeLateTokens(msal: IPublicClientApplication): void {
  let signedOut = false;
  msal.addEventCallback(
    ({ eventType, interactionType, payload }: EventMessage) => {
      if (eventType === EventType.LOGOUT_SUCCESS) signedOut = true;
      else if (signedOut && interactionType === InteractionType.Silent && !msal.getActiveAccount()) {
        void removeAnswer(msal, payload as AuthenticationResult);
      }
    },
    [EventType.LOGOUT_SUCCESS, EventType.ACQUIRE_TOKEN_SUCCESS],
  );
}
