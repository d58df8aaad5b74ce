/** Hooks: the signed-in account, and what it may do. */
import type { Account } from "../session/account.js";
import { personOf } from "./personOf.js";
import { useSession } from "./useSession.js";

const NONE: readonly string[] = [];

/** Returns the signed-in account, or null. */
export function useAccount(): Account | null {
  return personOf(useSession())?.account ?? null;
}

/** Returns the app roles of the signed-in person. Empty without a Django session. */
export function useRoles(): readonly string[] {
  return personOf(useSession())?.roles ?? NONE;
}

/** Whether the signed-in person has the role, or at least one of them. For what to show; the API decides. */
export function useHasRole(role: string | readonly string[]): boolean {
  const roles = useRoles();
  return [role].flat().some((each) => roles.includes(each));
}
