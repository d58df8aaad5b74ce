/** Ends the session: Django's, and at Microsoft, for which the page leaves. */
import { hasTokens, removeOtherAccounts } from "./cachedAccounts.js";
import type { Connection } from "./conversations.js";
import type { DjangoSession } from "./djangoSession.js";
import { leavePage } from "./interaction.js";
import type { SignOutOptions } from "./snapshot.js";

/** What a sign-out needs of the page's session. */
interface Page {
  readonly django: DjangoSession | null;
  ready(): Promise<Connection>;
}

/** The Django session ends first; then the page leaves only to sign out everywhere. */
export async function endSession({ django, ready }: Page, { everywhere }: SignOutOptions): Promise<void> {
  const leaves = !django || (everywhere === true && (django.via === "entra" || hasTokens()));
  await django?.end();
  const { msal } = await ready();
  const account = msal.getActiveAccount();
  await removeOtherAccounts(msal, leaves ? account : null);
  if (leaves) await leavePage(msal, () => msal.logoutRedirect({ account }));
}
