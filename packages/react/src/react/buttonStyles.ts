/** The button's styles as a constructed style sheet: allowed by `style-src 'self'`, and independent of the bundler. */

export const BUTTON_CLASS = "entrance-sign-in";

/** Microsoft's branding guidelines: https://learn.microsoft.com/entra/identity-platform/howto-add-branding-in-apps */
const CSS = `
.${BUTTON_CLASS} {
  --fill: #fff; --hover: #f2f2f2; --line: #8c8c8c; --ink: #5e5e5e;
  position: relative; overflow: hidden; box-sizing: border-box; display: inline-flex; align-items: center;
  justify-content: center; gap: 12px; min-height: 41px; padding: 0 12px; border: 1px solid var(--line); border-radius: 0;
  background: var(--fill); color: var(--ink); cursor: pointer; white-space: nowrap;
  font: 600 15px/1.2 "Segoe UI", "Segoe UI Web", system-ui, -apple-system, Roboto, "Helvetica Neue", sans-serif;
}
.${BUTTON_CLASS}[data-theme="dark"] { --fill: #2f2f2f; --hover: #424242; --line: #2f2f2f; --ink: #fff; }
@media (prefers-color-scheme: dark) {
  .${BUTTON_CLASS}[data-theme="auto"] { --fill: #2f2f2f; --hover: #424242; --line: #2f2f2f; --ink: #fff; }
}
.${BUTTON_CLASS} > svg { flex: none; }
.${BUTTON_CLASS}:hover:not(:disabled) { background: var(--hover); }
.${BUTTON_CLASS}:focus-visible { outline: 2px solid #0067b8; outline-offset: 2px; box-shadow: 0 0 0 2px #fff; }
.${BUTTON_CLASS}:disabled { cursor: not-allowed; --ink: #8c8c8c; }
.${BUTTON_CLASS}[aria-busy="true"] { cursor: progress; }
.${BUTTON_CLASS}[aria-busy="true"]::after {
  content: ""; position: absolute; inset: auto 0 0 0; height: 3px; width: 40%; background: currentColor;
  animation: ${BUTTON_CLASS}-busy 1.2s ease-in-out infinite alternate;
}
@keyframes ${BUTTON_CLASS}-busy { to { transform: translateX(150%); } }
@media (prefers-reduced-motion: reduce) { .${BUTTON_CLASS}[aria-busy="true"]::after { animation: none; width: 100%; } }
@media (forced-colors: active) {
  .${BUTTON_CLASS}:focus-visible { outline-color: Highlight; }
  .${BUTTON_CLASS}[aria-busy="true"]::after { background: Highlight; }
}
`;

const adopted = new WeakSet<Document>();

/** Adds the style sheet to this document, once. Browsers without constructed style sheets show a plain button. */
export function adoptButtonStyles(): void {
  if (adopted.has(document) || !("adoptedStyleSheets" in document)) return;
  adopted.add(document);
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(CSS);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}
