/** Fails `npm install <checkout>/packages/react` before the package is built; npm itself reports nothing. */
import { existsSync } from "node:fs";
import { resolve, sep } from "node:path";

const checkout = resolve("../..") + sep;
const asked = resolve(process.env.INIT_CWD ?? ".") + sep; // where npm was called
const built = ["dist/index.js", "dist/redirect-bridge.js", "dist/cjs/package.json"].every((file) => existsSync(file));

// `npm ci` of the checkout runs before the build.
if (!built && !asked.startsWith(checkout)) {
  process.stderr.write(`@django-entrance/react is not built: ${resolve("dist")} is missing or incomplete.
Run "make install" in ${checkout} first, then install the package again.
`);
  process.exitCode = 1;
}
