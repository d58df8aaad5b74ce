/** The signed-in account, in the terms of the application. */
import type { AccountInfo } from "@azure/msal-browser";

/** The signed-in account. It proves nothing: the API decides what the person may do. */
export interface Account {
  readonly name: string;
  readonly username: string;
  readonly tenantId: string;
  readonly objectId: string;
}

/** Converts MSAL's account. The user name replaces an empty display name. */
export function toAccount(info: AccountInfo): Account {
  return {
    name: info.name || info.username,
    username: info.username,
    tenantId: info.tenantId,
    objectId: info.localAccountId,
  };
}

/** Key of a person. Display names and user names change. */
export type Person = Pick<Account, "tenantId" | "objectId">;

/** Names the person, and the own account of a person who Microsoft does not know. null for no one. */
export function keyOf(account: Account | null): string | null {
  return account && JSON.stringify(account.objectId ? [account.tenantId, account.objectId] : [account.username]);
}

/** Whether both are the same person in the same tenant. */
export function samePerson(one: Person, other: Person): boolean {
  return one.tenantId === other.tenantId && one.objectId === other.objectId;
}
