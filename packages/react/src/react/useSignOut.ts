/** Hook: sign out here, or everywhere. */
import { useState } from "react";
import type { EntranceError } from "../session/errors.js";
import type { OwnAccount } from "../session/own/ownAccount.js";
import type { SessionStore } from "../session/session.js";
import { LIMIT_MS, within } from "../session/waiting/limit.js";
import { useSessionStore } from "./SessionContext.js";
import { useSignIn } from "./useSignIn.js";

/** Result of {@link useSignOut}. */
export interface SignOut {
  /** Ends the session of this browser. Never rejects. */
  readonly signOut: () => Promise<void>;
  /** Ends the person's sessions in other browsers, too, and the one at Microsoft in this browser. Never rejects. */
  readonly signOutEverywhere: () => Promise<void>;
  /** Whether it is signing out. */
  readonly busy: boolean;
  /** Why the last sign-out failed. */
  readonly error: EntranceError | null;
}

export function useSignOut(): SignOut {
  const store = useSessionStore();
  const { signOut, error } = useSignIn();
  const [state, setState] = useState<"idle" | "busy" | "done">("idle");
  const run = async (everywhere: boolean): Promise<void> => {
    setState("busy");
    if (everywhere) await endOtherSessions(store).catch(() => {}); // this one must end all the same
    await signOut({ everywhere });
    setState("done");
  };
  return {
    signOut: () => run(false),
    signOutEverywhere: () => run(true),
    busy: state === "busy",
    error: state === "done" ? error : null,
  };
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
