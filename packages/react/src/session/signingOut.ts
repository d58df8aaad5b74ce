/** Ends the session: the own login, Django's, and the one at Microsoft, for which the page leaves. */

import type { Cancellation } from "./cancellation.js";
import { ownAddress } from "./config/ownAddress.js";
import type { DjangoSession } from "./django/djangoSession.js";
import type { Microsoft } from "./microsoft/microsoft.js";
import type { OwnDoor } from "./own/ownDoor.js";
import type { SignOutOptions } from "./snapshot.js";
import { hasTokens } from "./stored/cachedTokens.js";

/** What a sign-out needs of the page's session. */
export interface SignedInPage {
  readonly own: OwnDoor;
  readonly django: DjangoSession | null;
  readonly cancellation: Cancellation;
  /** null while MSAL is not loaded. */
  readonly microsoft: Microsoft | null;
  ready(): Promise<Microsoft>;
  rest(): Promise<unknown>;
  dropOrphan(): void;
  goTo(address: string): void;
}

/** Signs out in all tabs. No window may open from here on. Rejects with an EntranceError. */
export async function signOut(page: SignedInPage, { everywhere = false, returnTo }: SignOutOptions): Promise<void> {
  const back = returnTo === undefined ? null : ownAddress(returnTo);
  page.dropOrphan();
  page.cancellation.end();
  page.microsoft?.dropPerson();
  await page.rest(); // the Django session is there
  await endSession(page, everywhere, back);
}

/** Ends what let the person in. The page leaves for Microsoft to sign out there: without any other login, always. */
async function endSession(page: SignedInPage, everywhere: boolean, back: string | null): Promise<void> {
  const { own, django } = page;
  await own.endLeft();
  const isOwn = own.account !== null;
  const isMicrosofts = !isOwn && (!django || django.via === "entra");
  const leaves = isMicrosofts ? everywhere || !django : everywhere && hasTokens();
  const forgetting = isOwn && !leaves ? forgetAccounts(page) : null; // goes first, or the next one would be signed in
  await forgetting?.catch(() => {});
  if (isOwn) await own.end();
  if (django && (!isOwn || django.username !== null)) await django.end();
  if (leaves) return (await page.ready()).signOut(back);
  try {
    await (forgetting ?? forgetAccounts(page));
  } finally {
    if (back !== null) page.goTo(back); // although MSAL does not load
  }
}

/** Removes Microsoft's accounts from the browser. Every other login ends even if they cannot be read. */
async function forgetAccounts(page: SignedInPage): Promise<void> {
  if (hasTokens()) await (await page.ready()).forgetAccounts();
}
