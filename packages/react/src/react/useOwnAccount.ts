/** Hook: the person's sessions and connected Microsoft accounts, and how to end them. */
import { useCallback, useEffect, useRef, useState } from "react";
import { EntranceError, toError } from "../session/errors.js";
import type { OwnAccount } from "../session/own/ownAccount.js";
import { Part } from "./part.js";
import { useSessionStore } from "./SessionContext.js";

const OWN_ACCOUNT: Part<typeof import("../session/own/ownAccount.js")> = new Part(
  () => import("../session/own/ownAccount.js"),
);

/** Result of {@link useOwnAccount}. */
export interface OwnAccountState {
  /** null until it is loaded, and if it could not be. */
  readonly own: OwnAccount | null;
  /** Why the last request failed. */
  readonly error: EntranceError | null;
  /** Loads it again. Never rejects. */
  readonly reload: () => Promise<void>;
  /** Ends a session. Resolves to whether it has ended. Never rejects. */
  readonly endSession: (id: string) => Promise<boolean>;
  /**
   * Disconnects a Microsoft account. Needs the password if `own.isPasswordNeeded`; the error is `password_needed` without
   * it, and `last_way_in` if the person could not sign in any more. Resolves to whether it is disconnected. Never rejects.
   */
  readonly disconnect: (id: number, password?: string) => Promise<boolean>;
}

/** Loads them when the component is mounted. */
export function useOwnAccount(): OwnAccountState {
  const store = useSessionStore();
  const [state, setState] = useState<Pick<OwnAccountState, "own" | "error">>({ own: null, error: null });
  const isMounted = useRef(false);
  const load = useCallback(async (request: Promise<OwnAccount>): Promise<boolean> => {
    const change = await request.then(checked).then(
      (own) => ({ own, error: null }),
      (error) => ({ error: error instanceof TypeError ? misshapen(error) : toError(error) }),
    );
    if (isMounted.current) setState((before) => ({ ...before, ...change }));
    return change.error === null;
  }, []);
  const reload = useCallback(
    async () => void (await load(OWN_ACCOUNT.load().then(({ readOwnAccount }) => readOwnAccount(store)))),
    [load, store],
  );
  const endSession = useCallback(
    (id: string) => load(OWN_ACCOUNT.load().then(({ endOwnSession }) => endOwnSession(store, id))),
    [load, store],
  );
  const disconnect = useCallback(
    async (id: number, password?: string) => {
      const isDone = await load(OWN_ACCOUNT.load().then((part) => part.disconnectOwnAccount(store, id, password)));
      if (isDone) await store.refresh(); // a session of that account may have ended with it
      return isDone;
    },
    [load, store],
  );
  useEffect(() => {
    isMounted.current = true;
    void reload();
    return () => {
      isMounted.current = false;
    };
  }, [reload]);
  return { ...state, reload, endSession, disconnect };
}

/** A moment that is none would break the page where it is shown. Throws a TypeError. */
function checked(own: OwnAccount): OwnAccount {
  const moments = [...own.accounts.map((each) => each.connectedAt), ...own.sessions.map((each) => each.startedAt)];
  if (moments.every((each) => !Number.isNaN(Date.parse(each)))) return own;
  throw new TypeError("connected_at or started_at is missing or no moment");
}

/** The answer is not of django-entrance. */
function misshapen({ message }: TypeError): EntranceError {
  return new EntranceError("unexpected", {
    message: "entrance/account/ did not answer with the lists of accounts and sessions.",
    details: message,
  });
}
