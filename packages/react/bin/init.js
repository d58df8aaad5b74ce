#!/usr/bin/env node
/** `npx @django-entrance/react init`: adds the provider, the button and the proxy to a project of Vite's React template. */
import { existsSync, lstatSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join, sep } from "node:path";
import { stdin, stdout } from "node:process";
import { createInterface } from "node:readline/promises";
import { parseArgs } from "node:util";
import { diff } from "./diff.js";
import { apply, FILES, isOurs, isSetUp, undo } from "./starter.js";

const RECORD = ".entrance-init-react.json";
const OWNER_WRITES = 0o200;

const USAGE = `npx @django-entrance/react init [--plan] [--yes] [--undo] [--django URL] [--project FOLDER]

Adds the provider with the button to src/main, and the proxy to Django to vite.config, in a project of Vite's React
template. It shows what changes, and asks.

  --plan            only shows what would change
  --yes             does not ask
  --undo            takes away what the command has added
  --django URL      where Django runs; by default http://localhost:8000
  --project FOLDER  the folder of vite.config; by default this one
`;

const OPTIONS = {
  plan: { type: "boolean" },
  yes: { type: "boolean" },
  undo: { type: "boolean" },
  help: { type: "boolean" },
  django: { type: "string", default: "http://localhost:8000" },
  project: { type: "string", default: "." },
};

const NEXT = `Written. ${RECORD} remembers it for --undo.

Next, in Django's settings, with entra-double; with your own tenant, the id of the front end's registration:
    ENTRANCE |= {
        "SPA_CLIENT_ID": "5ba00000-0000-4000-a000-000000000003",
        "REQUIRED_SCOPES": ["access_as_user"],
    }
Add the paths of your own login, and others of Django's, to the proxy. Then npm run dev, and open its address at
localhost, not at 127.0.0.1: the redirect URI is registered for localhost.`;

/** Why nothing was changed. */
class Refused extends Error {}

const say = (text) => stdout.write(`${printable(text)}\n`);

/** Returns lines that a terminal only shows: files of a project may have codes that steer it. */
function printable(text) {
  return text.replaceAll(/[^\P{C}\n\t]/gu, "\ufffd");
}

async function main() {
  const { values, positionals } = parseArgs({ options: OPTIONS, allowPositionals: true });
  if (values.help || positionals.join() !== "init") return say(USAGE);
  const changes = values.undo ? removing(values) : adding(values);
  for (const { name, before, after } of changes) {
    if (name !== RECORD) for (const line of diff(name, before, after)) say(line);
  }
  if (!changes.length || values.plan) return;
  if (!values.yes && !(await isYes())) return say("Nothing was changed. (--yes does not ask.)");
  writeAll(values.project, changes);
  say(values.undo ? "Taken away." : NEXT);
}

/** Returns the change of each file, and tells what is left to be done by hand. */
function adding({ project, django }) {
  if (!/^https?:/.test(django) || !URL.canParse(django))
    throw new Refused(`--django: expected an address such as http://localhost:8000, got ${django}`);
  const known = readRecord(project) ?? [];
  const changes = FILES.flatMap((file) => addingTo(project, file, { django: new URL(django).origin }));
  if (!changes.length) say("Nothing to add.");
  const more = changes.map(({ name, edits }) => ({ name, edits }));
  const kept = known.filter(({ name }) => !more.some((each) => each.name === name));
  return changes.length ? [recordChange(project, [...kept, ...more]), ...changes] : [];
}

function addingTo(project, file, options) {
  const name = file.names.find((each) => existsSync(join(project, each)));
  if (!name)
    throw new Refused(`There is no ${file.names.join(" or ")} here. Run it in a project of Vite's React template.`);
  const before = read(project, name);
  if (isSetUp(before)) return [];
  const edits = file.edits(before, options);
  if (edits) return [{ name, before, after: apply(before, edits), edits }];
  say(`\nBy hand, in ${name}, ${file.byHand}\n`);
  return [];
}

/** Returns the change of each file of the record, and tells what stays. */
function removing({ project }) {
  const record = readRecord(project);
  if (!record) {
    say(`Nothing to undo: there is no ${RECORD} here.`);
    return [];
  }
  const changes = record.flatMap(({ name, edits }) => {
    if (!existsSync(join(project, name))) return tell(`${name} is gone, and what was added to it.`);
    const before = read(project, name);
    const { text, left } = undo(before, edits);
    for (const { after } of left) tell(`${name}: this was edited since, and stays:\n${after}`);
    return text === before ? [] : [{ name, before, after: text }];
  });
  return [recordChange(project, null), ...changes];
}

function tell(sentence) {
  say(sentence);
  return [];
}

function readRecord(project) {
  if (!existsSync(join(project, RECORD))) return null;
  try {
    const { version, made } = JSON.parse(read(project, RECORD));
    if (version === 1 && made.every(({ name, edits }) => isEdited(name) && edits.every(isOurs))) return made;
  } catch (error) {
    if (error instanceof Refused) throw error;
  }
  throw new Refused(`${RECORD} is not what this version of the command has written.`);
}

function isEdited(name) {
  return FILES.some(({ names }) => names.includes(name));
}

function recordChange(project, made) {
  const before = existsSync(join(project, RECORD)) ? read(project, RECORD) : null;
  return { name: RECORD, before, after: made && `${JSON.stringify({ version: 1, made }, null, 2)}\n` };
}

/** Returns the text of a file, which becomes the same bytes again. */
function read(project, name) {
  const path = realpathSync(join(project, name));
  if (!path.startsWith(realpathSync(project) + sep)) throw new Refused(`${name} leads out of the project, to ${path}.`);
  const bytes = readFileSync(path);
  const text = bytes.toString("utf8");
  if (!Buffer.from(text).equals(bytes)) throw new Refused(`${name} is not UTF-8.`);
  return text;
}

async function isYes() {
  if (!stdin.isTTY) return false;
  const terminal = createInterface({ input: stdin, output: stdout });
  const answer = await terminal.question("\nWrite this? [y/N] ");
  terminal.close();
  return ["y", "yes"].includes(answer.trim().toLowerCase());
}

/** Writes all files, or leaves all as they were. */
function writeAll(project, changes) {
  for (const { name, before } of changes) {
    if (before === null) {
      const found = lstatSync(join(project, name), { throwIfNoEntry: false }); // a link that leads nowhere, too
      if (found) throw new Refused(`${name} is there already. Remove it, and run the command again.`);
      continue;
    }
    const isWritable = statSync(join(project, name)).mode & OWNER_WRITES;
    if (!isWritable) throw new Refused(`${name} is read-only. Make it writable, and run the command again.`);
    if (read(project, name) !== before) throw new Refused(`${name} has changed meanwhile. Run the command again.`);
  }
  const begun = [];
  try {
    for (const change of changes) {
      begun.push(change);
      put(project, change.name, change.after);
    }
  } catch (error) {
    for (const { name, before } of begun) restore(project, name, before);
    throw new Refused(`${begun.at(-1).name} cannot be written: ${error.message}.`);
  }
}

/** Puts a file back, as far as the system lets us: the others are to be put back, too. */
function restore(project, name, before) {
  try {
    put(project, name, before);
  } catch (error) {
    process.stderr.write(`${name} could not be put back: ${error.message}.\n`);
  }
}

function put(project, name, text) {
  if (text === null) rmSync(join(project, name), { force: true });
  else writeFileSync(join(project, name), text);
}

try {
  await main();
} catch (error) {
  if (!(error instanceof Refused) && !error.code?.startsWith("ERR_PARSE_ARGS")) throw error;
  process.stderr.write(`${error.message}\n${error instanceof Refused ? "Nothing was changed." : USAGE}\n`);
  process.exitCode = 1;
}
