import { expect, test, vi } from "vitest";

test("the style sheet is adopted once, beside those of the page", async () => {
  const mine = {} as CSSStyleSheet;
  const text: string[] = [];
  document.adoptedStyleSheets = [mine];
  vi.stubGlobal(
    "CSSStyleSheet",
    class {
      replaceSync = (css: string): number => text.push(css);
    },
  );
  const { adoptButtonStyles } = await import("../buttonStyles.js");
  adoptButtonStyles();
  adoptButtonStyles();
  expect(document.adoptedStyleSheets[0]).toBe(mine);
  expect([document.adoptedStyleSheets.length, text.length]).toEqual([2, 1]);
  expect(text[0]).toContain("min-height: 41px");
});
