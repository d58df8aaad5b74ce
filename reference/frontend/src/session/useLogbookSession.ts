/** Hook: the session, by Entra or password. */
import { useSession } from "@django-entrance/react";
import { useSyncExternalStore } from "react";
import { tokens } from "./tokenStore";
import { type LogbookSession, unify } from "./unify";

export function useLogbookSession(): LogbookSession {
  const entra = useSession();
  const own = useSyncExternalStore(tokens.subscribe, tokens.current);
  return unify(entra, own);
}
