/** Signing in and out, as a hook. */
import type { EntranceError } from "../session/errors.js";
import type { SessionStore } from "../session/session.js";
import { useSessionStore, useSnapshot } from "./SessionContext.js";

/** What {@link useSignIn} gives. The functions stay the same from render to render. */
export interface SignIn {
  /** Call it straight from a click, or the browser will block the window. Never rejects. */
  readonly signIn: SessionStore["signIn"];
  /** Never rejects; the page leaves for Microsoft's sign-out. */
  readonly signOut: SessionStore["signOut"];
  /** Closes the sign-in window and ends the sign-in with `sign_in_cancelled`. */
  readonly cancel: SessionStore["cancel"];
  /** A sign-in is under way. */
  readonly busy: boolean;
  /** Why the last sign-in or sign-out did not succeed. */
  readonly error: EntranceError | null;
}

export function useSignIn(): SignIn {
  const store = useSessionStore();
  const busy = useSnapshot(store, (snapshot) => snapshot.busy);
  const error = useSnapshot(store, (snapshot) => snapshot.error);
  return { signIn: store.signIn, signOut: store.signOut, cancel: store.cancel, busy, error };
}
