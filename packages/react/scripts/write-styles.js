/** Writes the components' styles to dist/styles.css, for pages that a server renders. */
import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { ACCOUNT_CSS } from "../dist/react/accountStyles.js";
import { BUTTON_CSS, FORM_CSS } from "../dist/react/buttonStyles.js";
import { UI_CSS } from "../dist/react/noticeStyles.js";
import { PANEL_CSS } from "../dist/react/panelStyles.js";

const styles = [BUTTON_CSS, FORM_CSS, UI_CSS, ACCOUNT_CSS, PANEL_CSS].map((each) => each.trim());
writeFileSync(resolve(import.meta.dirname, "../dist/styles.css"), `${styles.join("\n")}\n`);
