/** `npx @django-entrance/react init`, in copies of what create-vite writes. */
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import manifest from "../../package.json" with { type: "json" };

const SCRIPT = resolve(import.meta.dirname, "../..", manifest.bin["django-entrance-react"]);

const MAIN = `import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import App from './App.tsx'

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <App />
  </StrictMode>,
)
`;
const PARTS = "AccountMenu, EntranceProvider, SessionFailed, SignedIn, SignedOut, SignInError, SignInWithMicrosoft";
const CONFIG = `import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

export default defineConfig({
  plugins: [react()],
})
`;

function make(files = {}) {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "vite-")));
  mkdirSync(join(root, "src"));
  for (const [name, text] of Object.entries({ "src/main.tsx": MAIN, "vite.config.ts": CONFIG, ...files })) {
    if (text !== null) writeFileSync(join(root, name), text);
  }
  return root;
}

function run(root, ...options) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [SCRIPT, "init", ...options], {
    cwd: root,
    encoding: "utf8",
  });
  return { status, said: stdout + stderr };
}

const text = (root, name) => readFileSync(join(root, name), "utf8");
const both = (root) => [text(root, "src/main.tsx"), text(root, "vite.config.ts")];

test("the provider, the button and the proxy are added, once, and taken away", () => {
  const root = make();
  const { status, said } = run(root, "--yes");
  expect([status, said]).toEqual([0, expect.stringContaining("+++ b/src/main.tsx")]);
  expect(said).toMatch(/Written\..*\n\nNext, .*\n {4}ENTRANCE \|= \{\n {8}"SPA_CLIENT_ID"/);
  const [main, config] = both(root);
  expect(main).toContain("} from '@django-entrance/react'\nimport { StrictMode } from 'react'\n");
  expect(main).toContain(`  <StrictMode>
    <EntranceProvider config="/entrance/config.json" session="django">
      <SessionFailed />
      <SignInError />
      <SignedOut><SignInWithMicrosoft /></SignedOut>
      <SignedIn><AccountMenu /></SignedIn>
      <App />
    </EntranceProvider>
  </StrictMode>,
`);
  expect(config).toContain(`defineConfig({
  server: { proxy: { '^/(admin|api|entrance|graphql|static)/': { target: 'http://localhost:8000', changeOrigin: false } } },
  plugins: [react()],
`);
  expect(run(root, "--yes").said).toBe("Nothing to add.\n");
  expect(both(root)).toEqual([main, config]);
  expect(run(root, "--undo", "--yes")).toMatchObject({ status: 0, said: expect.stringContaining("Taken away.") });
  expect(both(root)).toEqual([MAIN, CONFIG]);
  expect(existsSync(join(root, ".entrance-init-react.json"))).toBe(false);
});

test("the style of the files is kept: semicolons, double quotes, line ends of Windows, JavaScript", () => {
  const main = `import App from "./App.jsx";\ncreateRoot(root).render(\n\t<App />\n);\n`.replaceAll("\n", "\r\n");
  const config = `export default defineConfig({\n  base: "/a/",\n});\n`;
  const files = { "src/main.tsx": null, "src/main.jsx": main, "vite.config.ts": null, "vite.config.js": config };
  const root = make(files);
  run(root, "--yes", "--django", "http://localhost:8001/");
  expect(text(root, "src/main.jsx")).toContain('} from "@django-entrance/react";\r\nimport App from "./App.jsx";\r\n');
  expect(text(root, "src/main.jsx")).toContain("\r\n\t  <App />\r\n\t</EntranceProvider>\r\n");
  expect(text(root, "vite.config.js")).toContain('{ target: "http://localhost:8001", changeOrigin: false }');
  run(root, "--undo", "--yes");
  expect([text(root, "src/main.jsx"), text(root, "vite.config.js")]).toEqual([main, config]);
});

test.each([[], ["--plan"], ["--plan", "--yes"]])("nothing is written with %j and no terminal", (...options) => {
  const root = make();
  expect(run(root, ...options)).toMatchObject({ status: 0, said: expect.stringContaining("+    <EntranceProvider") });
  expect(both(root)).toEqual([MAIN, CONFIG]);
});

test.each([
  ["src/main.tsx", MAIN.replace("    <App />\n", "<Router><App /></Router>\n"), "around <App />"],
  ["src/main.tsx", MAIN.replace("    <App />\n", "    <App />\n    <App />\n"), "around <App />"],
  ["vite.config.ts", CONFIG.replace("defineConfig({", "defineConfig(({ mode }) => ({"), "within defineConfig"],
  ["vite.config.ts", CONFIG.replace("  plugins", "  server: { port: 3000 },\n  plugins"), "within defineConfig"],
])("what has no certain place in %s is left to people", (name, content, where) => {
  const root = make({ [name]: content });
  const { status, said } = run(root, "--yes");
  expect(status).toBe(0);
  expect(said).toContain(`By hand, in ${name}, ${where}`);
  expect(text(root, name)).toBe(content);
});

test("codes that steer a terminal are not shown, and stay in the file", () => {
  const codes = "\x1b[2J\u202e";
  const root = make({ "src/main.tsx": MAIN.replace("<StrictMode>", `<StrictMode>${codes}`) });
  expect(run(root, "--yes").said).toContain("<StrictMode>\ufffd[2J\ufffd\n");
  expect(text(root, "src/main.tsx")).toContain(codes);
});

test("undo leaves what was edited, and says so; edits elsewhere stay", () => {
  const root = make();
  run(root, "--yes");
  const [main, config] = both(root);
  writeFileSync(
    join(root, "src/main.tsx"),
    main.replace("<SignInError />", "").replace("StrictMode>,", "StrictMode>, // last"),
  );
  writeFileSync(join(root, "vite.config.ts"), config.replace("  plugins", "  base: '/a/',\n  plugins"));
  const { said } = run(root, "--undo", "--yes");
  expect(said).toContain("src/main.tsx: this was edited since, and stays:\n    <EntranceProvider");
  expect(text(root, "src/main.tsx")).toContain("// last");
  expect(text(root, "src/main.tsx")).not.toContain("@django-entrance/react");
  expect(text(root, "vite.config.ts")).toBe(CONFIG.replace("  plugins", "  base: '/a/',\n  plugins"));
});

test.each([
  ["src/main.tsx", `import { EntranceProvider } from "@django-entrance/react";\n${MAIN}`],
  ["vite.config.ts", CONFIG.replace("  plugins", '  server: { proxy: { "/entrance/": django } },\n  plugins')],
])("%s that was set up by hand stays", (name, content) => {
  const root = make({ [name]: content });
  expect(run(root, "--yes").said).not.toContain("By hand");
  expect(text(root, name)).toBe(content);
  expect(both(root)).not.toEqual([MAIN, CONFIG]);
});

test("undo says which file is gone, and that there is nothing to undo", () => {
  const root = make();
  expect(run(root, "--undo", "--yes").said).toContain("Nothing to undo");
  run(root, "--yes");
  rmSync(join(root, "src/main.tsx"));
  expect(run(root, "--undo", "--yes").said).toContain("src/main.tsx is gone");
  expect(text(root, "vite.config.ts")).toBe(CONFIG);
});

test.each([
  ["another project", (root) => rmSync(join(root, "vite.config.ts")), "There is no vite.config.ts or"],
  ["a read-only file", (root) => chmodSync(join(root, "vite.config.ts"), 0o444), "vite.config.ts is read-only"],
  [
    "another encoding",
    (root) => writeFileSync(join(root, "src/main.tsx"), "\xff", "latin1"),
    "src/main.tsx is not UTF-8",
  ],
  [
    "another record",
    (root) => writeFileSync(join(root, ".entrance-init-react.json"), "{}"),
    ".entrance-init-react.json is not what",
  ],
  [
    "a record of other files",
    (root) =>
      writeFileSync(join(root, ".entrance-init-react.json"), '{"version":1,"made":[{"name":"../x","edits":[]}]}'),
    ".entrance-init-react.json is not what",
  ],
  ...[
    { before: "", after: "import './csrf'\n" },
    { before: "fetch('//evil.example')\n", after: `import { ${PARTS} } from '@django-entrance/react'\n` },
    { before: "", after: `import { ${PARTS} } from '@django-entrance/react'\n${MAIN}` },
    { before: "", after: 1 },
  ].map((edit) => [
    `a record of the edit ${JSON.stringify(edit)}`,
    (root) => record(root, [{ name: "src/main.tsx", edits: [{ at: 0, ...edit }] }]),
    ".entrance-init-react.json is not what",
  ]),
  ["a link out of the project", linkOut, "src/main.tsx leads out of the project"],
  [
    "a record that is a link to a file that is not there",
    (root) => symlinkSync(`${root}-record`, join(root, ".entrance-init-react.json")),
    ".entrance-init-react.json is there already",
  ],
])("%s is refused, and nothing is changed", (_, spoil, why) => {
  const root = make();
  spoil(root);
  const { status, said } = run(root, "--yes");
  expect(status).toBe(1);
  expect(said).toContain(why);
  expect(said).toContain("Nothing was changed.");
  expect(existsSync(`${root}-record`)).toBe(false);
  if (existsSync(join(root, "vite.config.ts"))) expect(text(root, "vite.config.ts")).toBe(CONFIG);
});

function record(root, made) {
  writeFileSync(join(root, ".entrance-init-react.json"), JSON.stringify({ version: 1, made }));
}

function linkOut(root) {
  const outside = `${root}-main.tsx`;
  writeFileSync(outside, MAIN);
  rmSync(join(root, "src/main.tsx"));
  symlinkSync(outside, join(root, "src/main.tsx"));
}

test("an address that is none, and an option that is none, are refused", () => {
  expect(run(make(), "--django", "localhost:8000").said).toContain("--django: expected an address");
  expect(run(make(), "--django", "localhost").said).toContain("--django: expected an address");
  expect(run(make(), "--force")).toMatchObject({
    status: 1,
    said: expect.stringContaining("npx @django-entrance/react"),
  });
});
