/**
 * Writes a package's public names and types to its api.md, or compares that page with the built types.
 *
 * Usage: node scripts/api-report.mjs FOLDER [--check], after building the package in FOLDER.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const [folder, mode] = process.argv.slice(2);
const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
const page = join(folder, "api.md");

const codeOf = (lines) =>
  lines
    .join("\n")
    .replace(/\/\*[\s\S]*?\*\//g, "")
    .trim();
const isUnderWay = (lines) => codeOf(lines) !== "";
/** A type may have lines that end with a brace before its own end. */
const isType = (lines) => /^(?:export )?(?:declare )?type /.test(codeOf(lines));

/** Returns the top-level statements of a declaration file, with their comments. */
function statements(text) {
  const found = [];
  let current = [];
  let depth = 0;
  let inComment = false;
  for (const line of text.split("\n")) {
    if (line.startsWith("/**")) {
      if (current.at(-1)?.endsWith("*/") && depth === 0 && !isUnderWay(current)) current = []; // the file's comment
      inComment = true;
    }
    current.push(line);
    if (!inComment) depth += (line.match(/[{(]/g) ?? []).length - (line.match(/[})]/g) ?? []).length;
    const isEnd = isType(current) ? /;$/ : /[;}]$/;
    const ends = inComment ? false : depth === 0 && isEnd.test(line);
    if (line.trimEnd().endsWith("*/")) inComment = false;
    if (!ends) continue;
    found.push(current.join("\n").trim());
    current = [];
  }
  return found;
}

/** Maps what a list of names in braces names to a file. `Other as Name` is remembered in `originals`. */
function named(list, file) {
  const items = list.split(",").filter((each) => each.trim() !== "");
  return items.map((item) => {
    const [original, name = original] = item
      .trim()
      .replace(/^type /, "")
      .split(" as ");
    if (name !== original) originals.set(`${name} ${file}`, original);
    return [name, file];
  });
}

const originals = new Map();
const typesOf = (entry, from) => join(dirname(entry), from.replace(/\.js$/, ".d.ts"));

/** Maps the public names of an entry point to their files. */
function exportsOf(entry) {
  const text = readFileSync(entry, "utf8");
  const lists = [...text.matchAll(/export (?:type )?\{([^}]*)\} from "([^"]+)"/g)];
  const own = declarations(entry).filter(([, statement]) => /^export /m.test(statement));
  return new Map([
    ...lists.flatMap(([, list, from]) => named(list, typesOf(entry, from))),
    ...own.map(([name]) => [name, entry]),
  ]);
}

/** Lists the entry points and their declaration files. */
function entryPoints() {
  const all = Object.entries(manifest.exports).filter(([, target]) => typeof target !== "string");
  return all.map(([path, target]) => [path, join(folder, target.import.types)]);
}

/** Maps the names that a file declares or imports to their files. */
function namesIn(file) {
  const lists = [...readFileSync(file, "utf8").matchAll(/import (?:type )?\{([^}]*)\} from "(\.[^"]+)"/g)];
  return new Map([
    ...declarations(file).map(([name]) => [name, file]),
    ...lists.flatMap(([, list, from]) => named(list, typesOf(file, from))),
  ]);
}

function declarations(file) {
  return statements(readFileSync(file, "utf8")).flatMap((statement) => {
    const name = statement.match(
      /^(?:export )?(?:declare )?(?:abstract )?(?:interface|type|function|class|const) (\w+)/m,
    )?.[1];
    return name === undefined ? [] : [[name, statement]];
  });
}

function declaration(name, file) {
  const original = originals.get(`${name} ${file}`) ?? name;
  const found = declarations(file).find(([each]) => each === original);
  if (found === undefined) throw new Error(`${original} is not declared in ${file}`);
  return found[1].replace(new RegExp(`\\b(interface|type|function|class|const) ${original}\\b`), `$1 ${name}`);
}

/** Returns the names that a public declaration refers to and that cannot be imported. Types of private members do not count. */
function hidden(names, all) {
  return [...names].flatMap(([name, file]) => {
    const code = declaration(name, file).replace(/\/\*[\s\S]*?\*\//g, "");
    const others = [...namesIn(file)].filter(([other, where]) => !all.has(`${other} ${where}`));
    const used = others.filter(([other]) => new RegExp(`(?<![\\w.])${other}\\b(?!\\s*:)`).test(code));
    return used.map(([other]) => `${name} refers to ${other}`);
  });
}

const sorted = (names) => [...names].sort(([one], [other]) => one.localeCompare(other));
const shown = new Set();

/** Shows each declaration once: a name of an earlier entry point is only listed. */
function sample(names) {
  const id = ([name, file]) => `${name} ${file}`;
  const fresh = sorted(names).filter((each) => !shown.has(id(each)));
  const again = sorted(names).filter((each) => shown.has(id(each)));
  for (const each of fresh) shown.add(id(each));
  const code = fresh.map(([name, file]) => declaration(name, file)).join("\n\n");
  const list = again.map(([name]) => `\`${name}\``).join(", ");
  return [
    ...(code ? ["```ts", code, "```"] : []),
    ...(code && list ? [""] : []),
    ...(list ? [`As above: ${list}.`] : []),
  ];
}

/** Public types must not refer to others: their readers could not look them up. */
function mustNameAll() {
  const points = entryPoints().map(([, types]) => exportsOf(types));
  const all = new Set(points.flatMap((names) => [...names].map(([name, file]) => `${name} ${file}`)));
  const found = points.flatMap((names) => hidden(names, all));
  if (found.length > 0) throw new Error(`Export these names, or write them out: ${[...new Set(found)].join(", ")}`);
}

function report() {
  const lines = [`# Public types of ${manifest.name}`, "", "Generated from the built types by `npm run api`."];
  for (const [path, types] of entryPoints()) {
    const names = exportsOf(types);
    lines.push("", `## \`${join(manifest.name, path)}\``, "");
    if (names.size === 0) lines.push("No names: import it for its side effects.");
    else lines.push(...sample(names));
  }
  return `${lines.join("\n")}\n`;
}

mustNameAll();
const written = report();
if (mode !== "--check") writeFileSync(page, written);
else if (readFileSync(page, "utf8") !== written) {
  process.stderr.write(`${page} differs from the built types. Run: npm run api -w ${manifest.name}\n`);
  process.exitCode = 1;
}
