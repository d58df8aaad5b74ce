import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { installPacked } from "./packed.js";

const LOADING = 60_000;

test(
  "the pages that the README names beside it are in the tarball",
  () => {
    const installed = join(installPacked(), "node_modules/@django-entrance/react");
    const pages = [
      "README.md",
      "CHANGELOG.md",
      "api.md",
      "docs/data.md",
      "docs/plain.md",
      "docs/svelte.md",
      "docs/vue.md",
    ];
    expect(pages.filter((page) => !existsSync(join(installed, page)))).toEqual([]);
    expect(existsSync(join(installed, "src"))).toBe(false);
  },
  LOADING,
);
