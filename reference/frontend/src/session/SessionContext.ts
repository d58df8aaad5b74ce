/** React context of the signed-in session. */
import { createContext, use } from "react";
import type { SignedInSession } from "./useSignedInSession";

export const SessionContext = createContext<SignedInSession | null>(null);

export function useSignedIn(): SignedInSession {
  const session = use(SessionContext);
  if (!session) throw new Error("useSignedIn() must be used inside SessionContext.");
  return session;
}
