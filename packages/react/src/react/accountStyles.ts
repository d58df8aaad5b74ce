/** Styles of the account menu's button. It stands on the page's own ground, so it has the page's colour. */
import { adoptNoticeStyles } from "./noticeStyles.js";
import { adoptStyles } from "./styles.js";

export const ACCOUNT_CLASS = "entrance-account";

export const ACCOUNT_CSS: string = `
.${ACCOUNT_CLASS} { position: relative; display: inline-block; width: fit-content; max-width: 100%; }
.${ACCOUNT_CLASS} > button[aria-expanded] {
  display: inline-flex; align-items: center; gap: 8px; max-width: 100%; min-height: 40px; padding-block: 3px;
  padding-inline: 3px 12px; border-color: color-mix(in srgb, currentColor 25%, transparent); border-radius: 999px;
}
.${ACCOUNT_CLASS} > button:has(> :only-child) { padding-inline: 3px; }
.${ACCOUNT_CLASS}-initials {
  flex: none; display: grid; place-items: center; width: 32px; height: 32px; border-radius: 50%;
  background: var(--accent); color: var(--fill); font-size: 13px; line-height: 1; forced-color-adjust: none;
}
.${ACCOUNT_CLASS}-initials::before { content: attr(data-initials); }
.${ACCOUNT_CLASS}-name { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
`;

export function adoptAccountStyles(): void {
  adoptNoticeStyles();
  adoptStyles(ACCOUNT_CSS);
}
