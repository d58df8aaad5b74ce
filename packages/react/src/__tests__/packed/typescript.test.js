/** Projects with each way of TypeScript to find a package. */
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { beforeAll, expect, test } from "vitest";
import manifest from "../../../package.json" with { type: "json" };
import { installPacked, run, write } from "./packed.js";

const MODULES = resolve(import.meta.dirname, "../../../../../node_modules");
/** The newest one, and the one of attw, which still knows `moduleResolution: node`. */
const NEW = join(MODULES, "typescript/bin/tsc");
const OLD = join(
  dirname(createRequire(join(MODULES, "@arethetypeswrong/core/x.js")).resolve("typescript")),
  "../bin/tsc",
);

const ENTRIES = Object.entries(manifest.exports)
  .filter(([path, target]) => target.import && path !== ".")
  .map(([path], index) => `import * as entry${index} from "${manifest.name}/${path.slice(2)}";\nvoid entry${index};`);
const PAGE = `${ENTRIES.join("\n")}
import { type Account, EntranceProvider, SignInWithMicrosoft, useSession } from "${manifest.name}";
import { de } from "${manifest.name}/texts/de";

function Person() {
  const session = useSession();
  const account: Account | null = session.status === "signed-in" ? session.account : null;
  return <p>{account?.name}</p>;
}

export const page = (
  <EntranceProvider config="/entrance/config.json" texts={de}>
    <SignInWithMicrosoft size="compact" />
    {/* @ts-expect-error: a project that does not find the types would take this */}
    <SignInWithMicrosoft size="enormous" />
    <Person />
  </EntranceProvider>
);
`;
const OPTIONS = { strict: true, noEmit: true, jsx: "react-jsx", target: "es2022", esModuleInterop: true, types: [] };
const COMPILING = 60_000;
let folder;

beforeAll(() => {
  folder = installPacked();
}, COMPILING);

function compile(tsc, { type, ...options }) {
  const lib = ["es2022", "dom", "dom.iterable"];
  write(folder, {
    "package.json": { type },
    "page.tsx": PAGE,
    "tsconfig.json": { compilerOptions: { ...OPTIONS, lib, skipLibCheck: true, ...options }, include: ["page.tsx"] },
  });
  run("node", [tsc, "-p", folder], folder);
}

test.each([
  ["node10", OLD, { type: "commonjs", module: "commonjs", moduleResolution: "node" }],
  ["node16, CommonJS", OLD, { type: "commonjs", module: "node16" }],
  ["node16, ESM", OLD, { type: "module", module: "node16" }],
  ["nodenext, CommonJS", NEW, { type: "commonjs", module: "nodenext" }],
  ["nodenext, ESM", NEW, { type: "module", module: "nodenext" }],
  ["bundler", NEW, { type: "module", module: "esnext", moduleResolution: "bundler" }],
])(
  "a project with %s compiles, and has the types",
  (_, tsc, options) => {
    expect(() => compile(tsc, options)).not.toThrow();
  },
  60_000,
);
