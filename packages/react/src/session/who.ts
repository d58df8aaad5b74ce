/** Says who is signed in, and by which login. */
import type { IPublicClientApplication } from "@azure/msal-browser";
import { toAccount } from "./account.js";
import type { DjangoSession } from "./django/djangoSession.js";
import type { OwnDoor } from "./own/ownDoor.js";
import type { SignedInPerson } from "./snapshot.js";

/** The logins of a page, the one that goes first at the top. */
interface Logins {
  readonly own: OwnDoor;
  readonly django: DjangoSession | null;
  /** null while MSAL is not loaded. */
  readonly msal: IPublicClientApplication | null;
}

/** Returns undefined before it is known who is signed in. */
export function whoIsSignedIn({ own, django, msal }: Logins, isKnown: boolean): SignedInPerson | null | undefined {
  const owner = own.account;
  if (owner) return { account: owner, via: "password", ...NO_RIGHTS };
  if (django) return isKnown ? personOfDjango(django) : undefined;
  const active = msal?.getActiveAccount();
  if (active) return { account: toAccount(active), ...(own.isPlugged && { via: "entra" }), ...NO_RIGHTS };
  return isKnown || msal ? null : undefined;
}

const NO_RIGHTS = { roles: [], groups: [] };

function personOfDjango({ account, via, roles, groups }: DjangoSession): SignedInPerson | null {
  return account && { account, ...(via && { via }), roles, groups };
}
