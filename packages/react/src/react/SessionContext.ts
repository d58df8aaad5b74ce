/** React context of the page's session. */
import { type Context, createContext, useContext, useSyncExternalStore } from "react";
import { onePerPage } from "../session/onePerPage.js";
import type { SessionStore } from "../session/session.js";
import { type Snapshot, STARTING } from "../session/snapshot.js";

type StoreContext = Context<SessionStore | null>;

/** One context for each copy of React on the page. */
const contexts = onePerPage("contexts", () => new Map<typeof createContext, StoreContext>());
export const SessionContext: StoreContext = contexts.get(createContext) ?? createContext<SessionStore | null>(null);
contexts.set(createContext, SessionContext);

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
