/**
 * Says what a page loads of this package, and when: `node scripts/first-chunk.mjs`.
 *
 * Bundles the snippets of the README with rolldown, as Vite does, without React and MSAL, and compresses each chunk.
 * Vite adds a helper of its own to each page that has dynamic imports.
 */
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { rolldown } from "rolldown";

const SOURCES = resolve(import.meta.dirname, "../src");

/** The pages whose first chunks are told: a button and a request, and the README's three snippets. */
export const PAGES = {
  button: "EntranceProvider, SignInWithMicrosoft, useSession, useSignIn, authorizedFetch",
  snippets:
    "EntranceProvider, AccountMenu, ConfirmSignIn, SessionFailed, SessionLoading, SignedIn, SignedOut, SignInError, SignInWithMicrosoft, authorizedFetch",
};

/** Returns the chunks of a page that imports `names`. The first is the page's own. */
export async function chunksOf(names) {
  const index = JSON.stringify(resolve(SOURCES, "index.ts"));
  const bundle = await rolldown({
    input: "page",
    external: [/^react(-dom)?(\/|$)/, /^@azure/],
    onLog: (level, log, say) => log.code === "MODULE_LEVEL_DIRECTIVE" || say(level, log), // "use client"
    resolve: { extensionAlias: { ".js": [".ts", ".tsx", ".js"] } },
    plugins: [
      {
        name: "page",
        resolveId: (id) => (id === "page" ? id : null),
        load: (id) => (id === "page" ? `import { ${names} } from ${index}; globalThis.page = [${names}];` : null),
      },
    ],
  });
  const { output } = await bundle.generate({ format: "esm", minify: true });
  return output.toSorted((one, other) => Number(other.isEntry) - Number(one.isEntry));
}

/** Returns a chunk and all that it imports statically. */
export function loadedWith(chunk, all, found = new Set()) {
  if (chunk === undefined || found.has(chunk)) return [...found]; // undefined: React or MSAL
  found.add(chunk);
  for (const name of chunk.imports) {
    const imported = all.find(({ fileName }) => fileName === name);
    loadedWith(imported, all, found);
  }
  return [...found];
}

/** Returns the size of chunks in bytes, each compressed on its own, as a server sends it. */
export const sizeOf = (chunks) => chunks.reduce((sum, { code }) => sum + gzipSync(code).length, 0);

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  for (const [page, names] of Object.entries(PAGES)) {
    const all = await chunksOf(names);
    const first = loadedWith(all[0], all);
    const later = all.filter((each) => each.isDynamicEntry);
    const lines = later.map((each) => [
      each.name,
      sizeOf(loadedWith(each, all).filter((chunk) => !first.includes(chunk))),
    ]);
    for (const [name, size] of [["at once", sizeOf(first)], ...lines]) {
      process.stdout.write(`${page.padEnd(10)}${name.padEnd(16)}${(size / 1000).toFixed(1).padStart(6)} kB\n`);
    }
  }
}
