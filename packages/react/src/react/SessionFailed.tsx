/** Shows why the session could not start, and a button that tries again. */
import type { ReactNode } from "react";
import type { EntranceError } from "../session/errors.js";
import { Notice } from "./Notice.js";
import { useErrorText, useTexts } from "./TextsContext.js";
import type { Theme } from "./theme.js";
import { useSession } from "./useSession.js";

export interface SessionFailedProps {
  /** `auto` (default) follows the colour scheme of the system. */
  readonly theme?: Theme | undefined;
  readonly className?: string | undefined;
  /** Replaces the notice. */
  readonly children?: ((error: EntranceError, retry: () => void) => ReactNode) | undefined;
}

export function SessionFailed({ theme, className, children }: SessionFailedProps): ReactNode {
  const session = useSession();
  const texts = useTexts();
  const errorText = useErrorText();
  if (session.status !== "failed") return null;
  const { error, retry } = session;
  if (children) return children(error, retry);
  return (
    <Notice theme={theme} className={className} text={errorText(error)}>
      <button type="button" onClick={retry}>
        {texts.tryAgain}
      </button>
    </Notice>
  );
}
