/** Shows its children to a signed-in person. */
import type { ReactNode } from "react";
import type { Account } from "../session/account.js";
import { personOf } from "./personOf.js";
import { useSession } from "./useSession.js";

export interface SignedInProps {
  /** A function gets the account. */
  readonly children?: ReactNode | ((account: Account) => ReactNode);
}

/** The children stay mounted while Microsoft wants to see the person again: no draft is lost. */
export function SignedIn({ children }: SignedInProps): ReactNode {
  const person = personOf(useSession());
  if (person === null) return null;
  return typeof children === "function" ? children(person.account) : children;
}
