/** Shows why the last sign-in or sign-out failed, until it is dismissed. */
import type { ReactNode } from "react";
import { Notice } from "./Notice.js";
import { useErrorText, useTexts } from "./TextsContext.js";
import type { Theme } from "./theme.js";
import { useSession } from "./useSession.js";

export interface SignInErrorProps {
  /** `auto` (default) follows the colour scheme of the system. */
  readonly theme?: Theme | undefined;
  readonly className?: string | undefined;
}

/** For pages that show the sign-in button. While Microsoft wants to see the person again, see `ConfirmSignIn`. */
export function SignInError({ theme, className }: SignInErrorProps): ReactNode {
  const session = useSession();
  const texts = useTexts();
  const errorText = useErrorText();
  if (session.status !== "signed-out" || !session.error) return null;
  return (
    <Notice theme={theme} className={className} text={errorText(session.error)}>
      <button type="button" onClick={session.dismiss}>
        {texts.dismiss}
      </button>
    </Notice>
  );
}
