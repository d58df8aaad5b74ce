/** Styles of the notices, and the colours that all components of the package share. */
import { adoptStyles } from "./styles.js";

export const UI_CLASS = "entrance-ui";
export const NOTICE_CLASS = "entrance-notice";

const LIGHT = "--d-fill: #fff; --d-ink: #242424; --d-quiet: #5c5c5c; --d-line: #d1d1d1; --d-accent: #0067b8;";
const DARK = "--d-fill: #1f1f1f; --d-ink: #f5f5f5; --d-quiet: #bdbdbd; --d-line: #525252; --d-accent: #7ab8f5;";

/** `--entrance-…` are for the application to set; the others are ours. */
export const UI_CSS: string = `
.${UI_CLASS} {
  ${LIGHT}
  --fill: var(--entrance-fill, var(--d-fill)); --ink: var(--entrance-ink, var(--d-ink));
  --quiet: var(--entrance-quiet, var(--d-quiet)); --line: var(--entrance-line, var(--d-line));
  --accent: var(--entrance-accent, var(--d-accent)); --radius: var(--entrance-radius, 6px);
  box-sizing: border-box; font-size: 15px; line-height: 1.4; text-align: start;
  font-family: var(--entrance-font, inherit);
}
.${UI_CLASS}[data-theme="dark"] { ${DARK} }
@media (prefers-color-scheme: dark) { .${UI_CLASS}[data-theme="auto"] { ${DARK} } }
.${UI_CLASS} *, .${UI_CLASS} *::before { box-sizing: border-box; }
.${UI_CLASS} p { margin: 0; }
.${UI_CLASS} button:not(.entrance-sign-in) {
  min-height: 32px; padding: 4px 12px; border: 1px solid var(--line); border-radius: var(--radius);
  background: transparent; color: inherit; font: inherit; font-weight: 600; cursor: pointer;
}
.${UI_CLASS} button:not(.entrance-sign-in):hover { background: color-mix(in srgb, currentColor 8%, transparent); }
.${UI_CLASS} button:not(.entrance-sign-in)[aria-busy="true"] { cursor: progress; opacity: .7; }
.${UI_CLASS} :is(a, button:not(.entrance-sign-in)):focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.${UI_CLASS} .entrance-sign-in { border-color: #8c8c8c; }
.${NOTICE_CLASS} {
  display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: 12px;
  padding: 12px 16px; border: 1px solid var(--line); border-inline-start: 4px solid var(--entrance-warn, #c4501b);
  border-radius: var(--radius); background: var(--fill); color: var(--ink); overflow-wrap: anywhere;
}
.${NOTICE_CLASS} strong { display: block; }
.${NOTICE_CLASS} > :first-child { flex: 1 1 14rem; }
.${NOTICE_CLASS} > :last-child { display: flex; flex-wrap: wrap; gap: 8px; max-width: 100%; }
@media (forced-colors: active) {
  .${UI_CLASS} :is(a, button:not(.entrance-sign-in)):focus-visible { outline-color: Highlight; }
}
`;

export function adoptNoticeStyles(): void {
  adoptStyles(UI_CSS);
}
