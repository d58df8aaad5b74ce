/** Hands the session of the signed-in person to every component below. */
import { createContext, use } from "react";
import type { SignedInSession } from "./useSignedInSession";

export const SessionContext = createContext<SignedInSession | null>(null);

export function useSignedIn(): SignedInSession {
  const session = use(SessionContext);
  if (!session) throw new Error("useSignedIn() needs a SessionContext above it.");
  return session;
}
