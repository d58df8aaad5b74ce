/** What a page loads before anyone signs in, as a bundler splits it. */
import { resolve } from "node:path";
import { gzipSync } from "node:zlib";
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
function loadedWith(chunk, all = chunks) {
  const own = chunk.imports.map((name) => all.get(name)).filter((each) => each !== undefined);
  return [chunk, ...own.flatMap((each) => loadedWith(each, all))];
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
    "session/config/configCheck.ts",
    "session/own/connecting.ts",
    "session/own/ownAccount.ts",
  ]) {
    expect(modules).not.toContain(later);
  }
});

/** Bundles a page with the button, the session and a request. Returns what it loads first, without React and MSAL. */
async function firstOfPage() {
  const index = JSON.stringify(resolve(import.meta.dirname, "../index.ts"));
  const names = "EntranceProvider, SignInWithMicrosoft, useSession, useSignIn, authorizedFetch";
  const bundle = await rolldown({
    input: "page",
    external: [/^react(-dom)?(\/|$)/, /^@azure/],
    onLog: (level, log, say) => log.code === "MODULE_LEVEL_DIRECTIVE" || say(level, log),
    resolve: { extensionAlias: { ".js": [".ts", ".tsx", ".js"] } },
    plugins: [
      {
        name: "page",
        resolveId: (id) => (id === "page" ? id : null),
        load: (id) => (id === "page" ? `import { ${names} } from ${index}; globalThis.page = [${names}];` : null),
      },
    ],
  });
  const { output } = await bundle.generate({ format: "esm", minify: true });
  const all = new Map(output.map((each) => [each.fileName, each]));
  return loadedWith(
    output.find((each) => each.isEntry),
    all,
  );
}

test("the first chunk of a small page has at most 11 kB of our own code, compressed", async () => {
  const first = await firstOfPage();
  const size = first.reduce((sum, { code }) => sum + gzipSync(code).length, 0);
  expect(size).toBeGreaterThan(5_000);
  expect(size).toBeLessThanOrEqual(11_000);
});

test("what only Microsoft needs comes with MSAL", async () => {
  const modules = (await firstOfPage()).flatMap((chunk) => Object.keys(chunk.modules));
  const names = modules.map((name) => name.split("/src/").at(-1));
  expect(names).toContain("session/session.ts");
  expect(names.filter((name) => name.startsWith("session/microsoft/"))).toEqual([]);
  expect(names).not.toContain("session/requests/refusals.ts");
});
