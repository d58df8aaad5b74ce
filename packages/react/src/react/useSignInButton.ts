/** Hook: what a button needs to sign in, for a button of the application's own look. */
import { useEffect, useRef } from "react";
import type { Account } from "../session/account.js";
import type { EntranceError } from "../session/errors.js";
import type { SignInResult } from "../session/signInResult.js";
import type { SignInOptions } from "../session/snapshot.js";
import { useSessionStore } from "./SessionContext.js";
import { useTexts } from "./TextsContext.js";
import { useSignIn } from "./useSignIn.js";

/** Options of {@link useSignInButton}. */
export interface SignInButtonOptions extends SignInOptions {
  /**
   * Called after a sign-in that this button started. A redirect reloads the page; it is then called if the button is
   * rendered while the session starts. For something that must follow every sign-in, use `onSignedIn` of the provider.
   */
  readonly onSignedIn?: ((account: Account) => void) | undefined;
  readonly onError?: ((error: EntranceError) => void) | undefined;
}

/** Attributes of the button. */
export interface SignInButton {
  readonly type: "button";
  /** Left out while it is false: a screen reader would say "not busy". */
  readonly "aria-busy": true | undefined;
  readonly "data-state": "idle" | "busy" | "error";
  /** Hint while the window is open. */
  readonly title: string | undefined;
  readonly onClick: () => void;
  /** Loads what a click needs, if the page has not been idle yet. */
  readonly onPointerEnter: () => void;
  readonly onFocus: () => void;
}

/**
 * While the sign-in window is open the button is busy but not disabled: activating it again brings the window to the
 * front, or opens a new one if the old one is gone. A double click opens one window only.
 */
export function useSignInButton(options: SignInButtonOptions = {}): SignInButton {
  const { onSignedIn, onError, loginHint, prompt } = options;
  const { signIn, busy, error } = useSignIn();
  const store = useSessionStore();
  const { windowOpen } = useTexts();
  const clicks = useRef(0);
  const report = (result: SignInResult): void => {
    if (result.ok) onSignedIn?.(result.account);
    else onError?.(result.error);
  };
  const click = async (): Promise<void> => {
    const last = ++clicks.current;
    const hints = { ...(loginHint && { loginHint }), ...(prompt && { prompt }) };
    const result = await (loginHint || prompt ? signIn(hints) : signIn());
    if (last === clicks.current) report(result); // earlier clicks share this result or were cancelled
  };
  useEffect(() => store.signInListeners.add((result, awaited) => awaited || report(result)));
  return {
    type: "button",
    "aria-busy": busy || undefined,
    "data-state": busy ? "busy" : error ? "error" : "idle",
    title: busy ? windowOpen : undefined,
    onClick: () => void click(),
    onPointerEnter: store.prepare,
    onFocus: store.prepare,
  };
}
