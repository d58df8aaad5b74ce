/** Banner while Microsoft wants to see the signed-in person again. Waiting requests go on after it. */
import type { ReactNode } from "react";
import { type EntranceError, sentences } from "../session/errors.js";
import { MicrosoftButton } from "./MicrosoftButton.js";
import { Notice } from "./Notice.js";
import { useErrorText, useTexts } from "./TextsContext.js";
import type { Theme } from "./theme.js";
import { useConfirmSignIn } from "./useConfirmSignIn.js";

export interface ConfirmSignInProps {
  /** `auto` (default) follows the colour scheme of the system. */
  readonly theme?: Theme | undefined;
  readonly className?: string | undefined;
  /** What else to say, such as that the draft is kept. */
  readonly children?: ReactNode;
}

/** It cannot be dismissed: requests wait for it, or are refused. */
export function ConfirmSignIn({ theme, className, children }: ConfirmSignInProps): ReactNode {
  const confirming = useConfirmSignIn();
  const texts = useTexts();
  const errorText = useErrorText();
  if (confirming === null) return null;
  const { error, confirm, busy } = confirming;
  const isDemand = error.code === "interaction_required";
  const reason = isDemand ? reasonOf(error) : errorText(error);
  return (
    <Notice theme={theme} className={className} title={texts.errors.interaction_required} text={reason} more={children}>
      <MicrosoftButton
        label={texts.confirmSignIn}
        theme={theme}
        size="compact"
        aria-busy={busy || undefined}
        title={busy ? texts.windowOpen : undefined}
        onClick={() => void confirm()}
      />
    </Notice>
  );
}

/** The title says that the sign-in has to be confirmed. The API may say what for: in its own words. */
function reasonOf({ message }: EntranceError): string | null {
  return message === sentences.interaction_required ? null : message;
}
