/** A session on a server: a module of its own, without any global of a browser. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { rolldown } from "rolldown";
import { beforeAll, expect, test } from "vitest";

let chunks;
let folder;

beforeAll(async () => {
  const bundle = await rolldown({
    input: resolve(import.meta.dirname, "../../session.ts"),
    external: [/^react/, /^@azure/],
    resolve: { extensionAlias: { ".js": [".ts", ".tsx", ".js"] } },
  });
  ({ output: chunks } = await bundle.generate({ format: "esm", entryFileNames: "session.mjs" }));
  folder = mkdtempSync(join(tmpdir(), "session-"));
  for (const { fileName, code } of chunks) writeFileSync(join(folder, fileName), code);
});

function onServer(code) {
  writeFileSync(
    join(folder, "main.mjs"),
    `import { authorizedFetch, createSession, getAccessToken } from "./session.mjs";\n${code}`,
  );
  return JSON.parse(execFileSync("node", [join(folder, "main.mjs")], { encoding: "utf8" }));
}

test("no module of the session imports React", () => {
  expect(chunks.flatMap(({ imports }) => imports).filter((name) => /react/.test(name))).toEqual([]);
  const modules = chunks.flatMap(({ modules }) => Object.keys(modules));
  expect(modules.some((name) => name.endsWith("/session/session.ts"))).toBe(true);
  expect(modules.filter((name) => name.includes("/src/react/"))).toEqual([]);
});

test("MSAL is imported dynamically only", () => {
  const [entry] = chunks.filter(({ isEntry }) => isEntry);
  expect(entry.imports.filter((name) => /azure|msal/.test(name))).toEqual([]);
});

test.each(['"/entrance/config.json"', '"/entrance/config.json", session: "django"'])(
  "on a server it is starting, known at once, and no one's: config %s",
  (config) => {
    const seen = onServer(`
      const session = createSession({ config: ${config} });
      const code = (error) => error.code;
      const stop = session.subscribe(() => {});
      stop();
      const known = await session.known();
      const fetched = await session.fetch("https://api.contoso.example/").catch(code);
      const token = await session.getAccessToken().catch(code);
      console.log(JSON.stringify([session.getSnapshot(), known, fetched, token]));
    `);
    expect(seen).toEqual([{ status: "starting" }, { status: "starting" }, "not_signed_in", "not_signed_in"]);
  },
);

test.each(["{}", '{ session: "django" }', "{ ownLogin }"])(
  "what one visitor's render calls leaves the session of all as it is: %s",
  (options) => {
    const seen = onServer(`
      const asked = [];
      globalThis.fetch = async () => asked.push("fetch");
      const account = () => ({ name: "Ada", username: "ada" });
      const ownLogin = { account, subscribe: () => () => {}, authorize: () => asked.push("proof"), signOut() {} };
      const make = () => createSession({ config: "https://contoso.example/config.json", ...${options} });
      const code = (error) => error.code ?? String(error);
      const session = make();
      const codes = [
        await authorizedFetch(new Request("https://contoso.example/x")).catch(code),
        await authorizedFetch("/x").catch(code),
        await getAccessToken().catch(code),
        (await session.signIn()).error.code,
      ];
      console.log(JSON.stringify([codes, asked, make() === session, make().getSnapshot()]));
    `);
    expect(seen).toEqual([Array(4).fill("not_signed_in"), [], true, { status: "starting" }]);
  },
);
