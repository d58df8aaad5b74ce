/** Who is signed in, as a hook. */
import type { Session } from "../session/session.js";
import { useSessionStore, useSnapshot } from "./SessionContext.js";

/** Where the page's session stands; renders again when that changes, also in another tab. */
export function useSession(): Session {
  return useSnapshot(useSessionStore(), ({ session }) => session);
}
