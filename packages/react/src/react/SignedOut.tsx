/** Shows its children to a person who is not signed in. */
import type { ReactNode } from "react";
import { useSession } from "./useSession.js";

export interface SignedOutProps {
  readonly children?: ReactNode;
}

/** The children stay mounted while the sign-in window is open. */
export function SignedOut({ children }: SignedOutProps): ReactNode {
  const { status } = useSession();
  return status === "signed-out" || status === "signing-in" ? children : null;
}
