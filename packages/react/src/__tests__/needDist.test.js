import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import manifest from "../../package.json" with { type: "json" };

const SCRIPT = resolve(import.meta.dirname, "../../scripts/need-dist.js");

/** Makes a fresh checkout with the given files in dist. */
function makeCheckout(...built) {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "checkout-")));
  mkdirSync(join(root, "packages/react/dist/cjs"), { recursive: true });
  for (const file of built) writeFileSync(join(root, "packages/react/dist", file), "");
  return root;
}

function runPrepare(root, calledIn) {
  const env = { ...process.env, INIT_CWD: calledIn };
  return spawnSync(process.execPath, [SCRIPT], { cwd: join(root, "packages/react"), env, encoding: "utf8" });
}

test("npm runs it before it installs from a checkout", () => {
  expect(manifest.scripts.prepare).toBe("node scripts/need-dist.js");
});

test.each([[[]], [["index.js", "redirect-bridge.js"]], [["redirect-bridge.js", "cjs/package.json"]]])(
  "with %j built another project is told what to do",
  (built) => {
    const root = makeCheckout(...built);
    const { status, stderr } = runPrepare(root, tmpdir());
    expect(status).toBe(1);
    expect(stderr).toContain("@django-entrance/react is not built");
    expect(stderr).toContain(`Run "make install" in ${root}/ first`);
  },
);

test("a project around the checkout gets the message, too", () => {
  const root = makeCheckout();
  expect(runPrepare(root, resolve(root, "..")).status).toBe(1);
});

test("a built package is installed, and the checkout itself may install before it builds", () => {
  const built = makeCheckout("index.js", "redirect-bridge.js", "cjs/package.json");
  expect(runPrepare(built, tmpdir())).toMatchObject({ status: 0, stderr: "" });
  const fresh = makeCheckout();
  for (const calledIn of [fresh, join(fresh, "packages/react")]) {
    expect(runPrepare(fresh, calledIn)).toMatchObject({ status: 0, stderr: "" });
  }
});
