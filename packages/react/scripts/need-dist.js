/** Stops `npm install <checkout>/packages/react` while there is nothing to install; npm says nothing itself. */
import { existsSync } from "node:fs";
import { resolve, sep } from "node:path";

const checkout = resolve("../..") + sep;
const asked = resolve(process.env.INIT_CWD ?? ".") + sep; // where npm was called
const built = ["dist/index.js", "dist/redirect-bridge.js"].every((file) => existsSync(file));

// `npm ci` of the checkout itself comes before the build.
if (!built && !asked.startsWith(checkout)) {
  process.stderr.write(`@django-entrance/react is not built: ${resolve("dist")} is missing or incomplete.
Run "make install" in ${checkout} first, then install the package again.
`);
  process.exitCode = 1;
}
