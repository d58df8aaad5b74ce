import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test, vi } from "vitest";
import { BUTTON_CSS } from "../buttonStyles.js";

const DJANGO = resolve(
  import.meta.dirname,
  "../../../../django-entrance/src/django_entrance/static/django_entrance/sign-in.css",
);

/** What Django's button does not have: other sizes, and a window that is open. */
const ONLY_HERE = /data-size|aria-busy|(?<!not\():disabled|^ to$/;

/** Rules of a style sheet by their selector, each within its media query. */
function rules(css) {
  const plain = css.replace(/\/\*[\s\S]*?\*\//g, "").replace(/\s+/g, " ");
  const found = new Map();
  for (const [, media, inner, own = ""] of plain.matchAll(
    /(@media [^{]+)\{((?:[^{}]+\{[^{}]*\})+) ?\}|([^{}@]+\{[^{}]*\})/g,
  )) {
    for (const [, selector = "", body = ""] of (inner ?? own).matchAll(/([^{}]+)\{([^{}]*)\}/g)) {
      found.set([media, selector].map((each) => each?.trim() ?? "").join(" "), body.trim());
    }
  }
  return found;
}

test("the button of Django's pages looks the same", () => {
  const django = rules(readFileSync(DJANGO, "utf8"));
  const shared = [...rules(BUTTON_CSS)].filter(([selector]) => !ONLY_HERE.test(selector));
  expect(shared).toHaveLength(7);
  expect(shared.map(([selector]) => [selector, django.get(selector)])).toEqual(shared);
});

test("a style sheet is adopted once, beside those of the page", async () => {
  const mine = {};
  const text = [];
  document.adoptedStyleSheets = [mine];
  vi.stubGlobal(
    "CSSStyleSheet",
    class {
      replaceSync = (css) => text.push(css);
    },
  );
  const { adoptStyles } = await import("../styles.js");
  adoptStyles(BUTTON_CSS);
  adoptStyles(BUTTON_CSS);
  adoptStyles(".other {}");
  expect(document.adoptedStyleSheets[0]).toBe(mine);
  expect(text).toEqual([BUTTON_CSS, ".other {}"]);
  expect(text[0]).toContain("min-height: 41px");
});
