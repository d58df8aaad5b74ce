/** Hook: whether Microsoft wants to see the signed-in person again, and how to do it. */
import type { EntranceError } from "../session/errors.js";
import type { SignInResult } from "../session/signInResult.js";
import { useSession } from "./useSession.js";
import { useSignIn } from "./useSignIn.js";

/** Result of {@link useConfirmSignIn}. */
export interface ConfirmSignInState {
  /** Why Microsoft wants to see the person, or why the last attempt failed. */
  readonly error: EntranceError;
  /** Opens Microsoft's window. Call it directly in a click handler. Never rejects. */
  readonly confirm: () => Promise<SignInResult>;
  /** Whether the window is open. Another `confirm` brings it to the front. */
  readonly busy: boolean;
}

/** Returns null while nothing is to be confirmed. */
export function useConfirmSignIn(): ConfirmSignInState | null {
  const session = useSession();
  const { busy } = useSignIn();
  if (session.status !== "needs-interaction") return null;
  return { error: session.error, confirm: session.confirm, busy };
}
