/** What the sign-in page loads before anyone signs in. */
import { gzipSync } from "node:zlib";
import { build } from "vite";
import { beforeAll, expect, test, vi } from "vitest";

let chunks;

beforeAll(async () => {
  vi.stubEnv("NODE_ENV", "production");
  const { output } = await build({ build: { write: false }, logLevel: "silent" });
  vi.unstubAllEnvs();
  chunks = new Map(output.filter(({ type }) => type === "chunk").map((each) => [each.fileName, each]));
}, 60_000);

/** Returns the entry and all that it imports statically. */
function first() {
  const found = new Set([...chunks.values()].filter(({ isEntry }) => isEntry));
  for (const { imports } of found) for (const name of imports) found.add(chunks.get(name));
  return [...found];
}

test("the sign-in page takes at most 92 kB of compressed script", () => {
  const size = first().reduce((sum, { code }) => sum + gzipSync(code).length, 0);
  expect(size).toBeGreaterThan(60_000); // React is in it
  expect(size).toBeLessThan(92_000);
});

test("MSAL, the log and its live connection are loaded later", () => {
  const isFirst = (part) => first().some(({ moduleIds }) => moduleIds.some((id) => id.includes(part)));
  expect(isFirst("signin/SignInPage")).toBe(true);
  expect(isFirst("/PublicClientApplication.mjs")).toBe(false);
  expect(isFirst("log/LogPage")).toBe(false);
  expect(isFirst("/graphql-ws/")).toBe(false);
});

test("the gallery is left out", () => {
  const modules = [...chunks.values()].flatMap(({ moduleIds }) => moduleIds);
  expect(modules.some((id) => id.endsWith("/src/main.tsx"))).toBe(true);
  expect(modules.filter((id) => id.includes("/src/gallery/"))).toEqual([]);
});
