/** Microsoft's sign-in button. */
import { type ReactElement, useInsertionEffect } from "react";
import type { Account } from "../session/account.js";
import type { EntranceError } from "../session/errors.js";
import { adoptButtonStyles, BUTTON_CLASS } from "./buttonStyles.js";
import { MicrosoftLogo } from "./MicrosoftLogo.js";
import { useSignIn } from "./useSignIn.js";

const TEXT = { full: "Sign in with Microsoft", short: "Sign in" } as const;
const BUSY_HINT = "The sign-in window is open. Activate again to bring it to the front.";

export interface SignInWithMicrosoftProps {
  /** `auto`, the default, follows the person's colour scheme. */
  readonly theme?: "auto" | "light" | "dark";
  /** `full`, the default, says "Sign in with Microsoft"; `short` says "Sign in". */
  readonly size?: "full" | "short";
  readonly onSignedIn?: (account: Account) => void;
  readonly onError?: (error: EntranceError) => void;
  readonly disabled?: boolean;
  readonly className?: string;
}

/**
 * A real button. While the sign-in window is open it is busy but not disabled: activating it again brings the window
 * to the front, or opens a new one if the old one is gone, and a double click opens one window only.
 */
export function SignInWithMicrosoft(props: SignInWithMicrosoftProps): ReactElement {
  const { theme = "auto", size = "full", onSignedIn, onError, disabled, className } = props;
  const { signIn, busy } = useSignIn();
  useInsertionEffect(adoptButtonStyles, []);
  const start = async (): Promise<void> => {
    const result = await signIn();
    if (result.ok) onSignedIn?.(result.account);
    else onError?.(result.error);
  };
  return (
    <button
      type="button"
      className={className ? `${BUTTON_CLASS} ${className}` : BUTTON_CLASS}
      data-theme={theme}
      disabled={disabled}
      aria-busy={busy}
      title={busy ? BUSY_HINT : undefined}
      onClick={() => void start()}
    >
      <MicrosoftLogo />
      {TEXT[size]}
    </button>
  );
}
