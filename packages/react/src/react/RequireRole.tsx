/** Shows its children to a person who has a role. */
import type { ReactNode } from "react";
import { useHasRole } from "./useAccount.js";

export type RequireRoleProps = {
  /** Shown to everyone else. */
  readonly fallback?: ReactNode;
  readonly children?: ReactNode;
} & (
  | { readonly role: string; readonly anyOf?: never }
  /** At least one of them. */
  | { readonly anyOf: readonly string[]; readonly role?: never }
);

/** It decides what to show, not what the person may do: that is the API's part. */
export function RequireRole({ role, anyOf, fallback = null, children }: RequireRoleProps): ReactNode {
  return useHasRole(role ?? anyOf) ? children : fallback;
}
