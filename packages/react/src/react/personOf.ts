/** The signed-in person of a session, also while Microsoft wants to see that person again. */
import type { Session } from "../session/snapshot.js";

export type SignedInSession = Extract<Session, { status: "signed-in" | "needs-interaction" }>;

export function personOf(session: Session): SignedInSession | null {
  return session.status === "signed-in" || session.status === "needs-interaction" ? session : null;
}
