/** Hook: `authorizedFetch` of the nearest provider. */
import { useCallback } from "react";
import { type authorizedFetch, fetchThrough } from "../session/requests/authorizedFetch.js";
import { useSessionStore } from "./SessionContext.js";

/** Returns `authorizedFetch` for the session of the nearest provider. It keeps its identity between renders. */
export function useAuthorizedFetch(): typeof authorizedFetch {
  const store = useSessionStore();
  return useCallback((...request) => fetchThrough(store, ...request), [store]);
}
