/** What a page loads before anyone signs in, as a bundler splits it. */
import { resolve } from "node:path";
import { rolldown } from "rolldown";
import { beforeAll, expect, test } from "vitest";

const LIBRARY = /\/(PublicClientApplication|StandardController)\.mjs$/;
let chunks;

beforeAll(async () => {
  const bundle = await rolldown({
    input: resolve(import.meta.dirname, "../index.ts"),
    external: [/^react(-dom)?(\/|$)/],
    onLog: (level, log, say) => log.code === "MODULE_LEVEL_DIRECTIVE" || say(level, log), // "use client"
    resolve: { extensionAlias: { ".js": [".ts", ".tsx", ".js"] } },
  });
  const { output } = await bundle.generate({ format: "esm" });
  chunks = new Map(output.map((each) => [each.fileName, each]));
});

const hasLibrary = ({ modules }) => Object.keys(modules).some((name) => LIBRARY.test(name));

/** Returns a chunk and all that it imports statically. */
function loadedWith(chunk) {
  const own = chunk.imports.map((name) => chunks.get(name)).filter((each) => each !== undefined);
  return [chunk, ...own.flatMap(loadedWith)];
}

test("the page's first chunks have MSAL React's empty context, but not MSAL", () => {
  const first = loadedWith([...chunks.values()].find((each) => each.isEntry));
  expect(first.filter(hasLibrary)).toEqual([]);
  const code = first.flatMap(({ modules }) => Object.entries(modules).filter(([name]) => name.includes("@azure")));
  expect(code.reduce((sum, [, { renderedLength }]) => sum + renderedLength, 0)).toBeLessThan(40_000); // with comments
});

test("MSAL is a chunk that is only imported dynamically", () => {
  const [library, ...others] = [...chunks.values()].filter(hasLibrary);
  expect(library).toMatchObject({ isEntry: false, isDynamicEntry: true });
  expect(others).toEqual([]);
});

test("the first chunks have no other language, no account panel and no connecting", () => {
  const first = loadedWith([...chunks.values()].find((each) => each.isEntry));
  const modules = first.flatMap((chunk) => Object.keys(chunk.modules)).map((name) => name.split("/src/").at(-1));
  expect(modules.filter((name) => name.startsWith("texts/"))).toEqual(["texts/texts.ts"]);
  expect(modules).toContain("react/AccountMenu.tsx");
  for (const later of [
    "react/AccountPanel.tsx",
    "react/panelStyles.ts",
    "session/connecting.ts",
    "session/ownAccount.ts",
  ]) {
    expect(modules).not.toContain(later);
  }
});
