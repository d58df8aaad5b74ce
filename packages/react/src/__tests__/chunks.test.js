/** What a page loads before anyone signs in, as a bundler splits it. */
import { resolve } from "node:path";
import { rolldown } from "rolldown";
import { beforeAll, expect, test } from "vitest";
import { chunksOf, loadedWith, PAGES, sizeOf } from "../../scripts/first-chunk.mjs";

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

const first = () => {
  const all = [...chunks.values()];
  return loadedWith(
    all.find((each) => each.isEntry),
    all,
  );
};

/** Names the modules of chunks; ours as they lie in src. */
const modulesOf = (some) =>
  some.flatMap(({ modules }) => Object.keys(modules)).map((name) => name.split("/src/").at(-1));

test("the page's first chunks have nothing of MSAL, nor of MSAL React", () => {
  expect(first().filter(hasLibrary)).toEqual([]);
  expect(modulesOf(first()).filter((name) => name.includes("@azure"))).toEqual([]);
});

test("MSAL is a chunk that is only imported dynamically", () => {
  const [library, ...others] = [...chunks.values()].filter(hasLibrary);
  expect(library).toMatchObject({ isEntry: false, isDynamicEntry: true });
  expect(others).toEqual([]);
});

test("the first chunks have no other language, no account panel and no connecting", () => {
  const modules = modulesOf(first());
  expect(modules).toContain("texts/texts.ts");
  expect(modules.filter((name) => /^texts\/[a-z]{2}\.ts$/.test(name))).toEqual([]);
  expect(modules).toContain("react/AccountMenu.tsx");
  const later = ["react/AccountPanel.tsx", "react/panelStyles.ts", "session/own/connecting.ts"];
  expect(later.filter((name) => modules.includes(name))).toEqual([]);
});

test("what no first paint needs is one chunk, loaded when the session starts", () => {
  const rest = [...chunks.values()].find(({ facadeModuleId }) => facadeModuleId?.endsWith("/session/rest.ts"));
  const modules = modulesOf(first());
  const ofRest = ["clicks", "sentences", "signingOut", "config/checkConfig", "django/djangoSession", "requests/send"];
  expect(rest).toMatchObject({ isEntry: false, isDynamicEntry: true });
  expect(ofRest.filter((name) => modules.includes(`session/${name}.ts`))).toEqual([]);
});

test.each([
  ["button", 7_000],
  ["snippets", 10_000],
])("the first chunks of the page %s have at most %i bytes of our own code, compressed", async (page, budget) => {
  const size = sizeOf(await firstOf(page));
  expect(size).toBeGreaterThan(5_000);
  expect(size).toBeLessThanOrEqual(budget);
});

async function firstOf(page) {
  const all = await chunksOf(PAGES[page]);
  return loadedWith(all[0], all);
}

test("what only Microsoft needs comes with MSAL", async () => {
  const names = modulesOf(await firstOf("button"));
  expect(names).toContain("session/session.ts");
  expect(names.filter((name) => name.startsWith("session/microsoft/"))).toEqual([]);
});
