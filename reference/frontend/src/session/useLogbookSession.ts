/** Who is signed in here, in whichever way, and how to ask the API in their name. */
import { authorizedFetch, useSession, useSignIn } from "@django-entrance/react";
import { useMemo, useSyncExternalStore } from "react";
import { createRequest, plainFetch, type Request, withToken } from "./request";
import { tokens } from "./tokenStore";
import { type LogbookSession, unify } from "./unify";

export type SignedInSession = {
  /** Changes when another session begins. */
  id: string;
  request: Request;
  signOut: () => Promise<void>;
  /** Why signing out at Microsoft did not succeed. */
  problem: Error | null;
  /** Asks Microsoft once more who is there; null after a password sign-in. */
  signInAgain: (() => Promise<void>) | null;
};

const EXPIRED = "Your sign-in has expired. Please sign in again.";

export function useLogbookSession(): LogbookSession {
  const entra = useSession();
  const own = useSyncExternalStore(tokens.subscribe, tokens.current);
  return unify(entra, own);
}

export function useSignedInSession(session: LogbookSession & { status: "signed-in" }): SignedInSession {
  const { signIn, signOut, error } = useSignIn();
  const token = session.how === "PASSWORD" ? session.token : null;
  const username = session.how === "ENTRA" ? session.account.username : null;
  const request = useMemo(() => createRequest(token ? ownFetch(token) : authorizedFetch), [token]);
  if (token) return { id: token, request, signOut: async () => tokens.forget(), problem: null, signInAgain: null };
  return {
    id: username ?? "",
    request,
    signOut,
    problem: error,
    signInAgain: async () => {
      const result = await signIn({ loginHint: username ?? "" });
      if (!result.ok) throw result.error;
    },
  };
}

const ownFetch = (token: string) => withToken(plainFetch, token, () => tokens.forget(EXPIRED));
