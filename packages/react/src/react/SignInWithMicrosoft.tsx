/** Microsoft's sign-in button. */
import { type ReactElement, useEffect, useInsertionEffect, useRef } from "react";
import type { Account } from "../session/account.js";
import type { EntranceError } from "../session/errors.js";
import type { SignInResult } from "../session/signInResult.js";
import { adoptButtonStyles, BUTTON_CLASS } from "./buttonStyles.js";
import { MicrosoftLogo } from "./MicrosoftLogo.js";
import { useSessionStore } from "./SessionContext.js";
import { useSignIn } from "./useSignIn.js";

const TEXT = { full: "Sign in with Microsoft", short: "Sign in" } as const;
const BUSY_HINT = "The sign-in window is open. Activate again to bring it to the front.";

export interface SignInWithMicrosoftProps {
  /** `auto` (default) follows the colour scheme of the system. */
  readonly theme?: "auto" | "light" | "dark";
  /** `full` (default): "Sign in with Microsoft". `short`: "Sign in". */
  readonly size?: "full" | "short";
  /**
   * Called after a sign-in that this button started. A redirect reloads the page; it is then called if the button is
   * rendered while the session starts. For something that must follow every sign-in, use `onSignedIn` of the provider.
   */
  readonly onSignedIn?: (account: Account) => void;
  readonly onError?: (error: EntranceError) => void;
  readonly disabled?: boolean;
  readonly className?: string;
}

/**
 * A native button. While the sign-in window is open it is busy but not disabled: activating it again brings the window
 * to the front, or opens a new one if the old one is gone. A double click opens one window only.
 */
export function SignInWithMicrosoft(props: SignInWithMicrosoftProps): ReactElement {
  const { theme = "auto", size = "full", onSignedIn, onError, disabled, className } = props;
  const { signIn, busy } = useSignIn();
  const store = useSessionStore();
  const clicks = useRef(0);
  useInsertionEffect(adoptButtonStyles, []);
  const report = (result: SignInResult): void => {
    if (result.ok) onSignedIn?.(result.account);
    else onError?.(result.error);
  };
  const click = async (): Promise<void> => {
    const last = ++clicks.current;
    const result = await signIn();
    if (last === clicks.current) report(result); // earlier clicks share this result or were cancelled
  };
  useEffect(() => store.signInListeners.add((result, awaited) => awaited || report(result)));
  return (
    <button
      type="button"
      className={className ? `${BUTTON_CLASS} ${className}` : BUTTON_CLASS}
      data-theme={theme}
      disabled={disabled}
      aria-busy={busy}
      title={busy ? BUSY_HINT : undefined}
      onClick={() => void click()}
    >
      <MicrosoftLogo />
      {TEXT[size]}
    </button>
  );
}
