/** Styles of the account menu's panel. */
import { ACCOUNT_CLASS } from "./accountStyles.js";
import { adoptStyles } from "./styles.js";

export const PANEL_CSS: string = `
.${ACCOUNT_CLASS}-panel {
  position: absolute; z-index: var(--entrance-layer, 100); inset-block-start: calc(100% + 8px); inset-inline-end: 0;
  width: min(22rem, calc(100vw - 16px)); max-height: min(36rem, calc(100dvh - 6rem)); overflow: auto;
  border: 1px solid var(--line); border-radius: calc(var(--radius) + 2px); background: var(--fill); color: var(--ink);
  box-shadow: 0 8px 24px rgb(0 0 0 / 18%); overflow-wrap: anywhere;
}
.${ACCOUNT_CLASS}[data-align="start"] > .${ACCOUNT_CLASS}-panel { inset-inline: 0 auto; }
.${ACCOUNT_CLASS}-panel > * { display: block; margin: 0; padding: 12px 16px; }
.${ACCOUNT_CLASS}-panel > [hidden] { display: none; }
.${ACCOUNT_CLASS}-panel > * + * { border-block-start: 1px solid var(--line); }
.${ACCOUNT_CLASS}-panel > :last-child { display: flex; flex-wrap: wrap; gap: 8px; }
.${ACCOUNT_CLASS}-panel > :last-child > [role="alert"] { flex: 1 0 100%; }
.${ACCOUNT_CLASS}-panel ul { list-style: none; margin: 0; padding: 0; }
.${ACCOUNT_CLASS}-panel li { display: flex; align-items: center; justify-content: space-between; gap: 12px; margin-block-start: 8px; }
.${ACCOUNT_CLASS}-panel li > button { flex: none; }
.${ACCOUNT_CLASS}-panel form { margin: 8px 0 0; }
.${ACCOUNT_CLASS}-panel a { color: var(--accent); }
.${ACCOUNT_CLASS}-panel input {
  display: block; width: 100%; min-height: 32px; padding: 4px 8px; border: 1px solid var(--quiet);
  border-radius: var(--radius); background: transparent; color: inherit; font: inherit;
}
.${ACCOUNT_CLASS} .entrance-quiet { color: var(--quiet); font-size: 13px; }
.${ACCOUNT_CLASS} li .entrance-quiet { display: block; }
.${ACCOUNT_CLASS} [role="alert"] { padding-inline-start: 12px; border-inline-start: 4px solid var(--entrance-warn, #c4501b); }
`;

export function adoptPanelStyles(): void {
  adoptStyles(PANEL_CSS);
}
