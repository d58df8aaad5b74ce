/** Hook: sign out here, or everywhere. */
import { type SyntheticEvent, useState } from "react";
import type { EntranceError } from "../session/errors.js";
import type { OwnAccount } from "../session/own/ownAccount.js";
import type { SessionStore } from "../session/session.js";
import type { SignOutOptions } from "../session/snapshot.js";
import { LIMIT_MS, within } from "../session/waiting/limit.js";
import { useSessionStore } from "./SessionContext.js";
import { type SignIn, useSignIn } from "./useSignIn.js";

/** Result of {@link useSignOut}. */
export interface SignOut {
  /** Ends the session of this browser, and with `{ everywhere: true }` the one at Microsoft in it, too. Never rejects. */
  readonly signOut: SignIn["signOut"];
  /** Ends the person's sessions in other browsers, too, and the one at Microsoft in this browser. Never rejects. */
  readonly signOutEverywhere: (options?: Pick<SignOutOptions, "returnTo"> | SyntheticEvent) => Promise<void>;
  /** Whether it is signing out. */
  readonly busy: boolean;
  /** Why the last sign-out failed. */
  readonly error: EntranceError | null;
}

export function useSignOut(): SignOut {
  const store = useSessionStore();
  const { signOut, error } = useSignIn();
  const [state, setState] = useState<"idle" | "busy" | "done">("idle");
  const run = async (work: () => Promise<void>): Promise<void> => {
    setState("busy");
    await work();
    setState("done");
  };
  const endAll = async (options: SignOutOptions): Promise<void> => {
    await endOtherSessions(store).catch(() => {}); // this one must end all the same
    await signOut(options);
  };
  return {
    signOut: (options) => run(() => signOut(options)),
    signOutEverywhere: (options) => run(() => endAll({ ...returning(options), everywhere: true })),
    busy: state === "busy",
    error: state === "done" ? error : null,
  };
}

/** A click's event is no option. */
function returning(options: Pick<SignOutOptions, "returnTo"> | SyntheticEvent = {}): SignOutOptions {
  return "returnTo" in options && options.returnTo !== undefined ? { returnTo: options.returnTo } : {};
}

async function endOtherSessions(store: SessionStore): Promise<void> {
  const { endOwnSession, readOwnAccount } = await import("../session/own/ownAccount.js");
  const { sessions } = await answered((signal) => readOwnAccount(store, signal));
  for (const { id, isCurrent } of sessions) {
    if (!isCurrent) await answered((signal) => endOwnSession(store, id, signal));
  }
}

/** Django may never answer. */
function answered(work: (signal: AbortSignal) => Promise<OwnAccount>): Promise<OwnAccount> {
  return within(LIMIT_MS, work, "django_unreachable", "account/");
}
