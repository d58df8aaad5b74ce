import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { beforeAll, expect, test } from "vitest";
import manifest from "../../../package.json" with { type: "json" };
import { installPacked, run } from "./packed.js";

const SOURCES = resolve(import.meta.dirname, "../..");
const NO_SIDE_EFFECT = Object.keys(manifest.exports).filter(
  (path) => manifest.exports[path].import && path !== "./redirect-bridge",
);
const LOADING = 60_000;
let folder;
let imported;
let required;

/** Loads every entry point in one process and returns the names of each. */
function namesOf(load, ...options) {
  const code = `
    const names = (it) => Object.keys(it).filter((name) => !/^(default|module.exports)$/.test(name)).sort();
    const load = (path) => ${load};
    const paths = ${JSON.stringify(NO_SIDE_EFFECT)};
    Promise.all(paths.map(async (path) => [path, names(await load(\`${manifest.name}\${path.slice(1)}\`))])).then(
      (all) => console.log(JSON.stringify(Object.fromEntries(all))),
    );`;
  return JSON.parse(run("node", [...options, "-e", code], folder));
}

beforeAll(() => {
  folder = installPacked();
  imported = namesOf("import(path)", "--input-type=module");
  required = namesOf("require(path)");
}, LOADING);

const print = (value) => `console.log(JSON.stringify(${value}))`;

test("every module beside index.ts is an entry point; each has both formats, and types for older TypeScript", () => {
  const beside = readdirSync(SOURCES).flatMap((file) => file.match(/^(.+)\.tsx?$/)?.[1] ?? []);
  const listed = Object.keys(manifest.typesVersions["*"]);
  for (const name of [...beside, ...listed]) {
    expect(manifest.exports).toHaveProperty([name === "index" ? "." : `./${name}`], {
      import: { types: `./dist/${name}.d.ts`, default: `./dist/${name}.js` },
      require: { types: `./dist/cjs/${name}.d.ts`, default: `./dist/cjs/${name}.js` },
    });
    if (name !== "index") expect(manifest.typesVersions["*"][name]).toEqual([`./dist/${name}.d.ts`]);
  }
});

test.each(NO_SIDE_EFFECT)("%s has the same names for import and for require", (path) => {
  expect(required[path]).toEqual(imported[path]);
  expect(required[path]).not.toEqual([]);
});

test("components are for the client; what has no component is for a server, too", () => {
  const firstLine = (file) =>
    readFileSync(join(folder, "node_modules", manifest.name, "dist", file), "utf8").split("\n");
  expect(firstLine("index.js")[0]).toBe('"use client";');
  expect(firstLine("cjs/index.js")).toContain('"use client";');
  expect(firstLine("redirect-bridge.js")).not.toContain('"use client";');
});

test("a page that loads both formats has one session, and the errors of one are errors of the other", {
  timeout: LOADING,
}, () => {
  const code = `
    import { createElement } from "react";
    import { createRequire } from "node:module";
    import { renderToString } from "react-dom/server";
    import { EntranceError, EntranceProvider } from "${manifest.name}";
    const { authorizedFetch, useSession } = createRequire("${folder}/x.js")("${manifest.name}");
    globalThis.location = { origin: "http://localhost:8000", href: "http://localhost:8000/" };
    const Status = () => useSession().status;
    const shown = renderToString(createElement(EntranceProvider, { config: {} }, createElement(Status)));
    const error = await authorizedFetch("/api/").catch((error) => error);
    ${print("[shown, error.code, error instanceof EntranceError]")}`;
  const [shown, ...error] = JSON.parse(run("node", ["--input-type=module", "-e", code], folder));
  expect(shown).toBe("starting");
  expect(error).toEqual(["not_signed_in", true]); // not provider_missing
});
