/** The package as npm installs it: packed, and unpacked beside its peers in a folder of its own. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, realpathSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import manifest from "../../../package.json" with { type: "json" };

const PACKAGE = resolve(import.meta.dirname, "../../..");
const MODULES = resolve(PACKAGE, "../../node_modules");
const PEERS = [...Object.keys(manifest.peerDependencies), "react-dom", "@types/react", "@types/react-dom"];

/** Runs a program and returns what it printed. Throws an error with its output if it fails. */
export function run(program, args, cwd) {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd, encoding: "utf8" });
  if (status !== 0) throw new Error(`${program} ${args.join(" ")} failed:\n${stdout}${stderr}`);
  return stdout.trim();
}

/** Throws an error if the build is missing, or older than a source. */
function requireBuild() {
  const built = statSync(join(PACKAGE, "dist/cjs/package.json"), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const sources = readdirSync(join(PACKAGE, "src"), { recursive: true }).filter((name) => !name.includes("__tests__"));
  const newer = sources.filter((name) => /\.tsx?$/.test(name) && statSync(join(PACKAGE, "src", name)).mtimeMs > built);
  if (newer.length > 0) throw new Error(`dist is older than src/${newer[0]}. Run: npm run build -w packages/react`);
}

/** Returns a project in which the built package is installed. */
export function installPacked() {
  requireBuild();
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "packed-")));
  const [{ filename }] = JSON.parse(
    run("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", folder], PACKAGE),
  );
  const installed = join(folder, "node_modules/@django-entrance/react");
  mkdirSync(installed, { recursive: true });
  run("tar", ["-xzf", filename, "-C", installed, "--strip-components=1"], folder);
  for (const peer of PEERS) link(peer, folder);
  return folder;
}

export function link(name, folder) {
  const place = join(folder, "node_modules", name);
  mkdirSync(dirname(place), { recursive: true });
  symlinkSync(join(MODULES, name), place);
}

export function write(folder, files) {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), typeof text === "string" ? text : JSON.stringify(text));
  }
}
