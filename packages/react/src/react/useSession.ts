/** Hook: the page's session. */
import type { Session } from "../session/snapshot.js";
import { useSessionStore, useSnapshot } from "./SessionContext.js";

/** Returns the page's session. Re-renders when it changes, in this tab or another. */
export function useSession(): Session {
  return useSnapshot(useSessionStore(), ({ session }) => session);
}
