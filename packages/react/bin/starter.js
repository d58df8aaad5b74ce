/**
 * What the command adds to a project of Vite's React template: texts in, texts out, no files.
 *
 * An edit is a place in a file: the text `before` becomes `after`. To undo, `after` becomes `before` again, wherever it
 * is by then, if it is there exactly once.
 *
 * @typedef {{ at: number, before: string, after: string }} Edit
 */

const PARTS = "AccountMenu, EntranceProvider, SessionFailed, SignedIn, SignedOut, SignInError, SignInWithMicrosoft";
const PACKAGE = "@django-entrance/react";
const IMPORTED = `import { ${PARTS} } from "${PACKAGE}"`;
const AROUND = [
  '<EntranceProvider config="/entrance/config.json" session="django">',
  "  <SessionFailed />",
  "  <SignInError />",
  "  <SignedOut><SignInWithMicrosoft /></SignedOut>",
  "  <SignedIn><AccountMenu /></SignedIn>",
  "  <App />",
  "</EntranceProvider>",
];
const PATHS = "^/(admin|api|entrance|graphql|static)/";

const APP = /^([ \t]*)<App \/>\r?\n/gm;
const CONFIG = /^export default defineConfig\(\{\r?\n/gm;
const IMPORT = /^import .*?(;?)\r?\n/gm;

/** The files to edit, by their possible names, and what to do by hand where a place is not certain. */
export const FILES = [
  {
    names: ["src/main.tsx", "src/main.jsx"],
    edits: editsOfMain,
    byHand: `around <App />, with the parts from "${PACKAGE}":
    <EntranceProvider config="/entrance/config.json" session="django">
      <SignedOut><SignInWithMicrosoft /></SignedOut>
      <App />
    </EntranceProvider>`,
  },
  {
    names: ["vite.config.ts", "vite.config.js", "vite.config.mts", "vite.config.mjs"],
    edits: editsOfConfig,
    byHand: `within defineConfig({ … }):
${proxy("http://localhost:8000")}`,
  },
];

/** Returns the import, and the provider with the button around the app; null if a place is not certain. */
function editsOfMain(text) {
  const first = IMPORT[Symbol.matchAll](text).next().value;
  const app = only(text, APP);
  if (!first || !app) return null;
  const eol = eolOf(text);
  const line = inItsQuotes(text, IMPORTED) + first[1] + eol;
  return [
    { at: first.index, before: "", after: line },
    { at: app.index, before: app[0], after: AROUND.map((each) => app[1] + each + eol).join("") },
  ];
}

/** Returns the proxy to Django; null if its place is not certain. */
function editsOfConfig(text, { django }) {
  const start = only(text, CONFIG);
  if (!start || /^\s*server\s*:/m.test(text)) return null;
  const line = inItsQuotes(text, proxy(django)) + eolOf(text);
  return [{ at: start.index + start[0].length, before: "", after: line }];
}

/** Returns the line that forwards Django's paths. With another `changeOrigin`, Django's CSRF protection refuses POST. */
function proxy(django) {
  return `  server: { proxy: { "${PATHS}": { target: "${django}", changeOrigin: false } } },`;
}

function eolOf(text) {
  return /\r?\n/.exec(text)?.[0] ?? "\n";
}

function only(text, pattern) {
  const found = [...text.matchAll(pattern)];
  return found.length === 1 ? found[0] : null;
}

/** Returns code with the quotes that the file mostly has. */
function inItsQuotes(text, code) {
  return text.split("'").length > text.split('"').length ? code.replaceAll('"', "'") : code;
}

/** Whether a file has been set up, by the command or by hand. */
export function isSetUp(text) {
  return text.includes(PACKAGE) || /[/|(]entrance[/|)]/.test(text);
}

/**
 * Whether the command makes such an edit, in any style. A record may come from elsewhere, as in a clone: undo would
 * remove other lines then, or write some.
 *
 * @param {Edit} edit
 */
export function isOurs({ before, after }) {
  if (typeof before !== "string" || typeof after !== "string") return false;
  const [was, is] = [squeezed(before), squeezed(after)];
  if (was === squeezed("<App />")) return is === squeezed(AROUND.join(""));
  const target = /target:(https?:[^,{}]+),/.exec(is)?.[1];
  return was === "" && [squeezed(IMPORTED), squeezed(proxy(target))].includes(is);
}

/** Returns a text without what is a matter of style. */
function squeezed(text) {
  return text.replaceAll(/[\s"';]/g, "");
}

/** @param {Edit[]} edits */
export function apply(text, edits) {
  let result = text;
  for (const { at, before, after } of edits.toSorted((one, other) => other.at - one.at)) {
    result = result.slice(0, at) + after + result.slice(at + before.length);
  }
  return result;
}

/** Returns the text without what the edits added, and the edits that stay, since their text was edited.
 *
 * @param {Edit[]} edits
 */
export function undo(text, edits) {
  let result = text;
  const left = edits.filter(({ before, after }) => {
    const parts = result.split(after);
    if (parts.length === 2) result = parts.join(before);
    return parts.length !== 2;
  });
  return { text: result, left };
}
