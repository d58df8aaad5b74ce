import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { ACCOUNT_CSS } from "../accountStyles.js";
import { BUTTON_CSS, FORM_CSS } from "../buttonStyles.js";
import { UI_CSS } from "../noticeStyles.js";
import { PANEL_CSS } from "../panelStyles.js";

test("styles.css has the styles of every component", () => {
  const written = readFileSync(resolve(import.meta.dirname, "../../../dist/styles.css"), "utf8");
  for (const css of [BUTTON_CSS, FORM_CSS, UI_CSS, ACCOUNT_CSS, PANEL_CSS]) expect(written).toContain(css.trim());
});
