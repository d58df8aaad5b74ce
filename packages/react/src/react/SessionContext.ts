/** React context of the page's session. */
import { type Context, createContext, useContext, useSyncExternalStore } from "react";
import type { SessionStore } from "../session/session.js";
import { type Snapshot, STARTING } from "../session/snapshot.js";

export const SessionContext: Context<SessionStore | null> = createContext<SessionStore | null>(null);

/** Returns the session of the nearest provider. Throws an error if there is none. */
export function useSessionStore(): SessionStore {
  const store = useContext(SessionContext);
  if (store === null) {
    throw new Error("No <EntranceProvider> above this component. Render the application inside <EntranceProvider>.");
  }
  return store;
}

/** Returns one part of the session's snapshot. The component re-renders when that part changes. */
export function useSnapshot<T>(store: SessionStore, part: (snapshot: Snapshot) => T): T {
  return useSyncExternalStore(
    store.subscribe,
    () => part(store.getSnapshot()),
    () => part(STARTING),
  );
}
