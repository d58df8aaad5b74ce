/** Hook: `getAccessToken` of the nearest provider. */
import { useCallback } from "react";
import { type getAccessToken, tokenOf } from "../session/requests/getAccessToken.js";
import { useSessionStore } from "./SessionContext.js";

/** Returns `getAccessToken` for the session of the nearest provider. It keeps its identity between renders. */
export function useAccessToken(): typeof getAccessToken {
  const store = useSessionStore();
  return useCallback((options = {}) => tokenOf(store, options), [store]);
}
