/** Hook: sign in and out. */
import type { SyntheticEvent } from "react";
import type { EntranceError } from "../session/errors.js";
import type { SignInResult } from "../session/signInResult.js";
import type { SignInOptions, SignOutOptions } from "../session/snapshot.js";
import { useSessionStore, useSnapshot } from "./SessionContext.js";

/** Result of {@link useSignIn}. The functions keep their identity between renders. */
export interface SignIn {
  /** Opens the sign-in window. Call it directly in a click handler, or the browser blocks the window. Never rejects. */
  readonly signIn: (options?: SignInOptions) => Promise<SignInResult>;
  /**
   * Signs out and navigates to Microsoft's sign-out page. With `session="django"` it ends the Django session, and
   * navigates only with `{ everywhere: true }`. Takes a click's event, too: `onClick={signOut}`. Never rejects.
   */
  readonly signOut: (options?: SignOutOptions | SyntheticEvent) => Promise<void>;
  /** With `session="django"`: shows an own login or logout that the page itself has just made. Never rejects. */
  readonly refresh: () => Promise<void>;
  /** Closes the sign-in window and ends the sign-in with `sign_in_cancelled`. */
  readonly cancel: () => void;
  /** Whether a sign-in is in progress. */
  readonly busy: boolean;
  /** Why the last sign-in or sign-out failed. */
  readonly error: EntranceError | null;
}

export function useSignIn(): SignIn {
  const store = useSessionStore();
  const busy = useSnapshot(store, (snapshot) => snapshot.busy);
  const error = useSnapshot(store, (snapshot) => snapshot.error);
  return {
    signIn: store.signIn,
    signOut: store.signOut as SignIn["signOut"],
    refresh: store.refresh,
    cancel: store.cancel,
    busy,
    error,
  };
}
