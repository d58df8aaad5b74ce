/** Needs an entra-double at ENTRA_URL, and the command to start another in ENTRA_COMMAND. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { beforeEach, test } from "node:test";

import { connect, EntraDouble, EntraDoubleError, start } from "./index.js";

const URL_OF_ENTRA = process.env.ENTRA_URL;
const COMMAND = JSON.parse(process.env.ENTRA_COMMAND);
const TENANT = "c0470500-0000-4000-a000-000000000001";
const DAEMON = "dae00000-0000-4000-a000-000000000004";
const ADA = "ada@contoso.example";

const entra = await connect(`${URL_OF_ENTRA}/`);
const part = (token, index) => JSON.parse(Buffer.from(token.split(".")[index], "base64url").toString());
const claims = (token) => part(token, 1);
const keys = async () => (await (await fetch(`${URL_OF_ENTRA}/${TENANT}/discovery/v2.0/keys`)).json()).keys;
const keysStatus = async () => (await fetch(`${URL_OF_ENTRA}/${TENANT}/discovery/v2.0/keys`)).status;

beforeEach(() => entra.reset());

test("it connects to entra-double only", async () => {
  assert.equal(entra.url, URL_OF_ENTRA);
  assert.match(entra.instance, /^[0-9a-f-]{36}$/);
  await assert.rejects(connect("http://localhost:9"), {
    name: "EntraDoubleError",
    status: 0,
    message: /no response from/,
  });
  await assert.rejects(connect(`${URL_OF_ENTRA}/${TENANT}`), { message: /is not entra-double/ });
});

test("a token has the requested person, version and claims", async () => {
  const token = claims(await entra.token(ADA, { version: 1, claims: { roles: ["Other"], name: null } }));
  assert.deepEqual([token.ver, token.roles, "name" in token, token.unique_name], ["1.0", ["Other"], false, ADA]);
  assert.equal(claims(await entra.token("grace@contoso.example")).preferred_username, "grace@contoso.example");
  assert.equal(claims(await entra.applicationToken(DAEMON)).azp, DAEMON);
  assert.equal(claims(await entra.token(ADA, { agent: "account" })).xms_sub_fct, "9 13 3");
  assert.equal(claims(await entra.applicationToken(DAEMON, { agent: true })).scp, "/");
});

test("an error has the reason", async () => {
  await assert.rejects(entra.token("mallory@contoso.example"), (problem) => {
    assert.ok(problem instanceof EntraDoubleError);
    assert.equal(problem.status, 400);
    assert.match(problem.message, /^AADSTS50105/);
    return true;
  });
});

test("without the control token a request is refused", async () => {
  const stranger = await connect(URL_OF_ENTRA, { token: "wrong" });
  await assert.rejects(stranger.reset(), { status: 403, message: "Send the header X-Entra-Double-Control: 1" });
});

test("forgeries are listed and made", async () => {
  const listed = await entra.forgeries();
  assert.ok(listed.length > 300);
  assert.deepEqual(
    listed.find(({ name }) => name === "good"),
    {
      name: "good",
      group: "issuer",
      corpus: ["255"],
      says: "nothing: a good v2.0 token",
      expect: "accept",
      status: 401,
    },
  );
  assert.equal(part(await entra.forgery("alg_none", { person: ADA }), 0).alg, "none");
});

test("an outage lasts until endOutages", async () => {
  await entra.outage({ endpoint: "keys", kind: "throttled", seconds: 7 });
  const response = await fetch(`${URL_OF_ENTRA}/${TENANT}/discovery/v2.0/keys`);
  assert.deepEqual([response.status, response.headers.get("retry-after")], [429, "7"]);
  await entra.endOutages();
  assert.equal(await keysStatus(), 200);
  await entra.outage({ endpoint: "keys", kind: "down", times: 1 });
  await assert.rejects(keys());
  assert.equal(await keysStatus(), 200);
  await assert.rejects(entra.outage({ kind: "sad" }), { status: 400, message: /'kind' of down/ });
});

test("the clock moves, keys rotate, and a rollback undoes both", async () => {
  const before = await entra.snapshot();
  const [first] = await keys();
  await entra.clock({ at: 2_000_000_000 });
  await entra.clock({ advance: 60 });
  await entra.rotateKeys();
  assert.notEqual((await keys())[0].kid, first.kid);
  assert.ok(claims(await entra.token(ADA)).iat >= 2_000_000_060 - 300);
  await entra.rollback(before);
  assert.equal((await keys())[0].kid, first.kid);
  assert.ok(claims(await entra.token(ADA)).iat < 2_000_000_000);
});

test("requests are recorded, and forgotten", async () => {
  await entra.forgetRequests();
  await keys();
  const [request, ...others] = await entra.requests();
  assert.deepEqual([request.method, request.status, request.aadsts, others.length], ["GET", 200, null, 0]);
});

test("people change and lose their sessions", async () => {
  await entra.changePerson(ADA, { enabled: false });
  await entra.changePerson(ADA, { enabled: true, methods: ["pwd"] });
  await entra.revoke(ADA);
  await entra.endSessions();
  await assert.rejects(entra.revoke("unknown@contoso.example"), { message: "there is no person of that name" });
  await entra.revokeRefreshTokens();
});

test("the directory is read and replaced", async () => {
  const before = await entra.directory();
  assert.match(before, /^name = "Contoso"$/m);
  await entra.setDirectory(before.replaceAll("ada@contoso.example", "byron@contoso.example"));
  assert.equal(claims(await entra.token("byron@contoso.example")).name, "Ada Lovelace");
  await assert.rejects(entra.setDirectory("[["), { status: 400, message: /entra-double\.toml:1/ });
});

test("access token lifetime and version can be set", async () => {
  await entra.setAccessTokenLifetime(60);
  await entra.setApiTokenVersion(1);
  const token = claims(await entra.token(ADA));
  assert.deepEqual([token.ver, token.exp - token.iat <= 360], ["1.0", true]);
});

test("a process is started, with its own token, and stopped", async () => {
  const own = await start({ command: COMMAND });
  try {
    assert.notEqual(own.instance, entra.instance);
    assert.equal(claims(await own.token(ADA)).preferred_username, ADA);
    await assert.rejects((await connect(own.url)).reset(), { status: 403 });
  } finally {
    await own.stop();
  }
  await assert.rejects(connect(own.url), { message: /no response from/ });
  assert.equal(await keysStatus(), 200, "other processes keep running");
});

test("a port in use and a missing command are reported", async () => {
  const taken = createServer();
  await new Promise((resolve) => taken.listen(0, "127.0.0.1", resolve));
  try {
    await assert.rejects(start({ command: COMMAND, port: taken.address().port }), {
      message: /did not start: .*in use/s,
    });
  } finally {
    taken.close();
  }
  await assert.rejects(start({ command: ["no-such-command-of-entra-double"] }), {
    message: /did not start: the command no-such-command-of-entra-double is not on the PATH\. Run `pip install/,
  });
});

test("the token is in the environment, not in the process list", async () => {
  const telling =
    "console.error(...process.argv.slice(1), process.env.ENTRA_DOUBLE_CONTROL_TOKEN.length); process.exit(3)";
  await assert.rejects(start({ command: [process.execPath, "-e", telling] }), {
    message: /it exited with 3\. serve --port=\d+ 32$/,
  });
});

test("it starts with https if its certificate authority is trusted", async () => {
  const own = await start({ command: COMMAND, args: ["--tls"] });
  try {
    assert.match(own.url, /^https:/);
    assert.equal(claims(await own.token(ADA)).iss, `${own.url}/${TENANT}/v2.0`);
  } finally {
    await own.stop();
  }
});

test("an untrusted certificate authority is reported at once", async () => {
  const trusted = process.env.XDG_STATE_HOME;
  process.env.XDG_STATE_HOME = `${trusted}/another`;
  try {
    await assert.rejects(start({ command: COMMAND, args: ["--tls"] }), {
      name: "EntraDoubleError",
      message: /is not trusted .*start Node with NODE_EXTRA_CA_CERTS=/,
    });
  } finally {
    process.env.XDG_STATE_HOME = trusted;
  }
});

test("the types name every function", () => {
  const types = readFileSync(new URL("index.d.ts", import.meta.url), "utf8");
  const body = types.slice(types.indexOf("class EntraDouble {"), types.indexOf("interface StartedEntraDouble"));
  const declared = [...body.matchAll(/^ {2}(\w+)\(/gm)].map(([, name]) => name);
  const made = Object.getOwnPropertyNames(EntraDouble.prototype).filter((name) => name !== "constructor");
  assert.deepEqual(declared, made);
});
