/** Hook: requests and sign-out of the signed-in session, the same for Entra and password. */
import { type Account, authorizedFetch, useSignIn } from "@django-entrance/react";
import { createRequest, plainFetch, type Request, withToken } from "./request";
import { tokens } from "./tokenStore";
import type { LogbookSession } from "./unify";

export type SignedInSession = {
  /** Differs between sessions. */
  id: string;
  request: Request;
  signOut: () => Promise<void>;
  /** Why signing out at Microsoft failed. */
  problem: Error | null;
  /** Signs in with Microsoft again. Null in a password session. */
  signInAgain: (() => Promise<void>) | null;
};

const EXPIRED = "Your sign-in has expired. Please sign in again.";

const requestThroughEntra = createRequest(authorizedFetch);

export function useSignedInSession(session: LogbookSession & { status: "signed-in" }): SignedInSession {
  const microsoft = useSignIn();
  return session.how === "PASSWORD" ? passwordSession(session.token) : entraSession(session.account, microsoft);
}

function passwordSession(token: string): SignedInSession {
  return {
    id: token,
    request: createRequest(withToken(plainFetch, token, () => tokens.forget(EXPIRED))),
    signOut: async () => tokens.forget(),
    problem: null,
    signInAgain: null,
  };
}

function entraSession(account: Account, microsoft: ReturnType<typeof useSignIn>): SignedInSession {
  return {
    id: `${account.tenantId} ${account.objectId}`,
    request: requestThroughEntra,
    signOut: microsoft.signOut,
    problem: microsoft.error,
    async signInAgain() {
      const result = await microsoft.signIn({ loginHint: account.username });
      if (!result.ok) throw result.error;
    },
  };
}
