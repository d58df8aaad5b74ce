/** A sentence that assistive technology announces, with buttons beside it. */
import { type ReactElement, type ReactNode, useInsertionEffect } from "react";
import { adoptNoticeStyles, NOTICE_CLASS, UI_CLASS } from "./noticeStyles.js";
import { classes } from "./styles.js";
import type { Theme } from "./theme.js";
import { useFocusReturn } from "./useFocusReturn.js";

export interface NoticeProps {
  readonly theme?: Theme | undefined;
  readonly className?: string | undefined;
  readonly title?: string | undefined;
  readonly text?: string | null | undefined;
  /** What else the alert says. */
  readonly more?: ReactNode;
  readonly children?: ReactNode;
}

/** Only the sentence is in the alert, so that a busy button is not announced. The focus returns when it goes. */
export function Notice({ theme = "auto", className, title, text, more, children }: NoticeProps): ReactElement {
  const focus = useFocusReturn<HTMLDivElement>();
  useInsertionEffect(adoptNoticeStyles, []);
  return (
    <div {...focus} className={classes(UI_CLASS, NOTICE_CLASS, className)} data-theme={theme}>
      <div role="alert">
        {title && <strong>{title}</strong>}
        {text && <p>{text}</p>}
        {more}
      </div>
      <div>{children}</div>
    </div>
  );
}
