/** Says that the files in dist/cjs are CommonJS; the package itself is "type": "module". */
import { writeFileSync } from "node:fs";
import { resolve } from "node:path";

const folder = resolve(import.meta.dirname, "../dist/cjs");
const manifest = { type: "commonjs", sideEffects: ["./redirect-bridge.js"] };
writeFileSync(resolve(folder, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
