/** Styles of Microsoft's button. The style sheet of Django's pages has the same rules; a test compares them. */
import { adoptStyles } from "./styles.js";

export const BUTTON_CLASS = "entrance-sign-in";

/** Microsoft's branding guidelines: https://learn.microsoft.com/entra/identity-platform/howto-add-branding-in-apps */
export const BUTTON_CSS: string = `
.${BUTTON_CLASS} {
  --fill: #fff; --hover: #f2f2f2; --line: #8c8c8c; --ink: #5e5e5e;
  position: relative; overflow: hidden; box-sizing: border-box; display: inline-flex; align-items: center;
  justify-content: center; gap: 12px; min-height: 41px; max-width: 100%; padding: 4px 12px;
  border: 1px solid var(--line); border-radius: var(--entrance-button-radius, 0);
  background: var(--fill); color: var(--ink); cursor: pointer; text-align: start; overflow-wrap: anywhere;
  font: 600 15px/1.2 var(--entrance-button-font, "Segoe UI", "Segoe UI Web", system-ui, -apple-system, Roboto, "Helvetica Neue", sans-serif);
}
.${BUTTON_CLASS}[data-theme="dark"] { --fill: #2f2f2f; --hover: #424242; --line: #2f2f2f; --ink: #fff; }
@media (prefers-color-scheme: dark) {
  .${BUTTON_CLASS}[data-theme="auto"] { --fill: #2f2f2f; --hover: #424242; --line: #2f2f2f; --ink: #fff; }
}
.${BUTTON_CLASS} > svg { flex: none; }
.${BUTTON_CLASS}:hover:not(:disabled) { background: var(--hover); }
.${BUTTON_CLASS}:focus-visible { outline: 2px solid #0067b8; outline-offset: 2px; box-shadow: 0 0 0 2px #fff; }
.${BUTTON_CLASS}[data-size="compact"] { gap: 8px; min-height: 32px; padding: 2px 8px; font-size: 13px; }
.${BUTTON_CLASS}[data-size="compact"] > svg { width: 16px; height: 16px; }
.${BUTTON_CLASS}[data-size="icon"] { width: 41px; padding: 0; }
.${BUTTON_CLASS}:disabled { cursor: not-allowed; --ink: #8c8c8c; }
.${BUTTON_CLASS}[aria-busy="true"] { cursor: progress; }
.${BUTTON_CLASS}[aria-busy="true"]::after {
  content: ""; position: absolute; inset-block-end: 0; inset-inline-start: 0; height: 3px; width: 40%;
  background: currentColor; animation: ${BUTTON_CLASS}-busy 1.2s ease-in-out infinite alternate;
}
.${BUTTON_CLASS}[aria-busy="true"]:dir(rtl)::after { animation-name: ${BUTTON_CLASS}-busy-rtl; }
@keyframes ${BUTTON_CLASS}-busy { to { transform: translateX(150%); } }
@keyframes ${BUTTON_CLASS}-busy-rtl { to { transform: translateX(-150%); } }
@media (prefers-reduced-motion: reduce) { .${BUTTON_CLASS}[aria-busy="true"]::after { animation: none; width: 100%; } }
@media (forced-colors: active) {
  .${BUTTON_CLASS}:focus-visible { outline-color: Highlight; }
  .${BUTTON_CLASS}:disabled { color: GrayText; border-color: GrayText; }
  .${BUTTON_CLASS}[aria-busy="true"]::after { background: Highlight; }
}
`;

/** The form of `ConnectMicrosoft`: layout only, since it stands on the page's own ground. Any rule of the page wins. */
export const FORM_CSS: string = `
:where(.entrance-connect) { display: grid; grid-template-columns: minmax(0, 1fr); gap: 8px; }
:where(.entrance-connect > p) { margin: 0; }
:where(.entrance-connect > button) { justify-self: start; }
.entrance-connect label { display: block; margin-block-end: 4px; }
.entrance-connect input { box-sizing: border-box; width: 20rem; max-width: 100%; min-height: 32px; padding: 4px 8px; font: inherit; }
`;

export function adoptButtonStyles(): void {
  adoptStyles(BUTTON_CSS);
}
