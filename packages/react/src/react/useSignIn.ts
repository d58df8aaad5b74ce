/** Hook: sign in and out. */
import type { EntranceError } from "../session/errors.js";
import type { SessionStore } from "../session/session.js";
import { useSessionStore, useSnapshot } from "./SessionContext.js";

/** Result of {@link useSignIn}. The functions keep their identity between renders. */
export interface SignIn {
  /** Opens the sign-in window. Call it directly in a click handler, or the browser blocks the window. Never rejects. */
  readonly signIn: SessionStore["signIn"];
  /** Signs out and navigates to Microsoft's sign-out page. Never rejects. */
  readonly signOut: SessionStore["signOut"];
  /** Closes the sign-in window and ends the sign-in with `sign_in_cancelled`. */
  readonly cancel: SessionStore["cancel"];
  /** Whether a sign-in is in progress. */
  readonly busy: boolean;
  /** Why the last sign-in or sign-out failed. */
  readonly error: EntranceError | null;
}

export function useSignIn(): SignIn {
  const store = useSessionStore();
  const busy = useSnapshot(store, (snapshot) => snapshot.busy);
  const error = useSnapshot(store, (snapshot) => snapshot.error);
  return { signIn: store.signIn, signOut: store.signOut, cancel: store.cancel, busy, error };
}
