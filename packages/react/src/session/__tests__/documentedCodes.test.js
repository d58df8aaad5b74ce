/** The README's table of codes. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { SENTENCES } from "../sentences.js";

const README = readFileSync(resolve(import.meta.dirname, "../../../README.md"), "utf8");
const TABLES = /^\| `code` \| when \|\n\|---\|---\|\n((?:\|.*\n)+)/gm;

test("every code stands once in the one table", () => {
  const tables = [...README.matchAll(TABLES)];
  expect(tables).toHaveLength(1);
  const codes = [...tables[0][1].matchAll(/^\| `(\w+)` \|/gm)].map(([, code]) => code);
  expect(codes.toSorted()).toEqual(Object.keys(SENTENCES).toSorted());
});

test("no line of a table stands outside of one", () => {
  expect(README.match(/\n\n\| `\w+` \|(?!.*\n\|---)/g)).toBeNull();
});

test("Vite forwards what the snippet calls", () => {
  const snippets = README.slice(README.indexOf("## Three snippets"), README.indexOf("### Beside your own"));
  const [, called] = /authorizedFetch\("(\/\w+\/)/.exec(snippets);
  expect(snippets).toContain(`proxy: { "${called}": django`);
});
