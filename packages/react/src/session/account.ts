/** The signed-in person as the application sees them. */
import type { AccountInfo } from "@azure/msal-browser";

/** Who is signed in. Not proof of anything: the API decides what the person may do. */
export interface Account {
  readonly name: string;
  readonly username: string;
  readonly tenantId: string;
  readonly objectId: string;
}

/** MSAL's account in our words; without a display name the user name stands in. */
export function toAccount(info: AccountInfo): Account {
  return {
    name: info.name || info.username,
    username: info.username,
    tenantId: info.tenantId,
    objectId: info.localAccountId,
  };
}

/** What a person is known by; names and user names change. */
export type Person = Pick<Account, "tenantId" | "objectId">;

/** Whether both are the same person of the same tenant. */
export function samePerson(one: Person, other: Person): boolean {
  return one.tenantId === other.tenantId && one.objectId === other.objectId;
}

/** Whether both describe the same person in the same words. */
export function sameAccount(one: Account, other: Account): boolean {
  return (Object.keys(one) as (keyof Account)[]).every((key) => one[key] === other[key]);
}
