/** Hook: requests and sign-out of the signed-in session, the same for Entra and password. */
import { type Account, authorizedFetch, useSession, useSignIn } from "@django-entrance/react";
import { GraphQLFailure } from "./errors";
import { createRequest, plainFetch, type Request, type Send, withToken } from "./request";
import { tokens } from "./tokenStore";
import type { LogbookSession } from "./unify";

export type SignedInSession = {
  /** Differs between sessions. */
  id: string;
  request: Request;
  /** Sends a request as this person to other addresses of the API. */
  send: Send;
  /** Account that is signed in with Microsoft: in a password session the one to connect, if there is one. */
  microsoft: Account | null;
  signOut: () => Promise<void>;
  /** Why signing out at Microsoft failed. */
  problem: Error | null;
  /** Signs in with Microsoft again. Null in a password session. */
  signInAgain: (() => Promise<void>) | null;
  /** Signs out here and at Microsoft. Null where `signOut` does that, or Microsoft is not involved. */
  signOutEverywhere: (() => Promise<void>) | null;
};

const EXPIRED = "Your sign-in has expired. Please sign in again.";

const requestThroughEntra = createRequest(authorizedFetch);

export function useSignedInSession(session: LogbookSession & { status: "signed-in" }): SignedInSession {
  const entra = useSession();
  const microsoft = useSignIn();
  if (session.how === "ENTRA") return entraSession(session.account, microsoft);
  if (session.how === "DJANGO") return djangoSession(session, microsoft);
  return passwordSession(session.token, entra.status === "signed-in" ? entra.account : null, microsoft);
}

type Microsoft = ReturnType<typeof useSignIn>;

function passwordSession(token: string, account: Account | null, microsoft: Microsoft): SignedInSession {
  const send = withToken(plainFetch, token, () => tokens.forget(EXPIRED));
  return {
    id: token,
    request: createRequest(send),
    send,
    microsoft: account,
    /** Both sessions end. Otherwise the Microsoft account that was connected here would be signed in. */
    async signOut() {
      const leaving = account === null ? null : microsoft.signOut();
      tokens.forget();
      await leaving;
    },
    problem: account === null ? null : microsoft.error,
    signInAgain: null,
    signOutEverywhere: null,
  };
}

function entraSession(account: Account, microsoft: Microsoft): SignedInSession {
  return {
    id: `${account.tenantId} ${account.objectId}`,
    request: requestThroughEntra,
    send: authorizedFetch,
    microsoft: account,
    signOut: microsoft.signOut,
    problem: microsoft.error,
    async signInAgain() {
      const result = await microsoft.signIn({ loginHint: account.username });
      if (!result.ok) throw result.error;
    },
    signOutEverywhere: null,
  };
}

/** The cookie of Django's session, which Microsoft or Django's own login began. */
function djangoSession(
  { account, via }: LogbookSession & { status: "signed-in"; how: "DJANGO" },
  microsoft: Microsoft,
): SignedInSession {
  const isMicrosofts = via === "entra";
  const session = entraSession(account, microsoft);
  return {
    ...session,
    /** The API answers a session that has ended as it answers anyone. Django says who is signed in. */
    request: (document, variables, signal) =>
      session.request(document, variables, signal).catch(async (error: unknown) => {
        if (error instanceof GraphQLFailure && error.code === "UNAUTHENTICATED") await microsoft.refresh();
        throw error;
      }),
    id: `${account.objectId} ${account.username}`,
    microsoft: isMicrosofts ? account : null,
    signInAgain: isMicrosofts ? session.signInAgain : null,
    signOutEverywhere: isMicrosofts ? () => microsoft.signOut({ everywhere: true }) : null,
  };
}
