/** Controls a running entra-double, or starts one for tests. */

import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { createServer } from "node:net";
import { setTimeout as wait } from "node:timers/promises";

const HEADER = "X-Entra-Double-Control";
const WITHOUT_TOKEN = "1";
const BETWEEN_TRIES = 25;
const ONE_TRY = 2_000;
const PATIENCE = 30_000;
const REMEDY = "start Node with NODE_EXTRA_CA_CERTS=~/.local/state/entra-double/ca.pem in its environment";

/** An error response of entra-double. `status` is 0 without a valid response. */
export class EntraDoubleError extends Error {
  constructor(message, status = 0) {
    super(message);
    this.name = "EntraDoubleError";
    this.status = status;
  }
}

class UntrustedError extends EntraDoubleError {}

export class EntraDouble {
  #token;

  constructor(url, instance, token) {
    this.url = url;
    this.instance = instance;
    this.#token = token;
  }

  async reset() {
    await this.#ask("POST", "reset");
  }

  async snapshot() {
    return (await this.#ask("POST", "snapshot")).id;
  }

  async rollback(id) {
    await this.#ask("POST", "rollback", { id });
  }

  async token(person, { client, scope, version, agent, claims } = {}) {
    const wishes = { person, client_id: client, scope, version, agent, claims };
    return (await this.#ask("POST", "token", wishes)).access_token;
  }

  async applicationToken(application, { scope, agent, claims } = {}) {
    return (await this.#ask("POST", "token", { application, scope, agent, claims })).access_token;
  }

  async forgery(name, { person, client, scope } = {}) {
    return (await this.#ask("POST", "forgery", { name, person, client_id: client, scope })).token;
  }

  async forgeries() {
    return await this.#ask("GET", "forgeries");
  }

  async outage(outage) {
    await this.#ask("POST", "outages", outage);
  }

  async endOutages() {
    await this.#ask("DELETE", "outages");
  }

  async clock(wish) {
    await this.#ask("PUT", "clock", wish);
  }

  async rotateKeys() {
    await this.#ask("POST", "rotate-keys");
  }

  async requests() {
    return await this.#ask("GET", "requests");
  }

  async forgetRequests() {
    await this.#ask("DELETE", "requests");
  }

  async endSessions() {
    await this.#ask("POST", "end-sessions");
  }

  async revoke(person) {
    await this.#ask("POST", "revoke", { person });
  }

  async revokeRefreshTokens() {
    await this.#ask("POST", "revoke-refresh-tokens");
  }

  async changePerson(username, changes) {
    await this.#ask("PUT", `people/${encodeURIComponent(username)}`, changes);
  }

  async directory() {
    return await this.#ask("GET", "directory");
  }

  async setDirectory(toml) {
    await this.#ask("PUT", "directory", toml);
  }

  async setAccessTokenLifetime(seconds) {
    await this.#ask("PUT", "access-token-lifetime", { seconds });
  }

  async setApiTokenVersion(version) {
    await this.#ask("PUT", "api-token-version", { version });
  }

  async #ask(method, path, body) {
    const response = await reach(`${this.url}/_control/${path}`, {
      method,
      headers: { [HEADER]: this.#token, ...(typeof body === "object" && { "Content-Type": "application/json" }) },
      body: typeof body === "object" ? JSON.stringify(body) : body,
    });
    if (response.ok) {
      return await content(response);
    }
    const told = await response.json().catch(() => ({}));
    throw new EntraDoubleError(told.error ?? `${method} ${path} answered ${response.status}`, response.status);
  }
}

/** Returns the parsed JSON of a response, else its text. */
async function content(response) {
  const isJson = response.headers.get("content-type") === "application/json";
  return isJson ? await response.json() : await response.text();
}

export async function connect(url = "http://localhost:8400", { token = WITHOUT_TOKEN } = {}) {
  const address = url.replace(/\/+$/, "");
  return await greet(address, token, PATIENCE);
}

async function greet(address, token, patience) {
  const response = await reach(`${address}/health`, { signal: AbortSignal.timeout(patience) });
  const health = await response.json().catch(() => undefined);
  if (health?.status !== "ok" || typeof health.instance !== "string") {
    throw new EntraDoubleError(`${address} is not entra-double`);
  }
  return new EntraDouble(address, health.instance, token);
}

export async function start({ port = 0, command = ["entra-double"], args = [], patience = 20_000 } = {}) {
  const chosen = port || (await freePort());
  const token = randomBytes(24).toString("base64url");
  const [program, ...before] = command;
  const child = spawn(program, [...before, "serve", `--port=${chosen}`, ...args], {
    env: { ...process.env, ENTRA_DOUBLE_CONTROL_TOKEN: token }, // an argument would be visible in the process list
    stdio: ["ignore", "ignore", "pipe"],
  });
  const ended = end(child);
  try {
    const scheme = args.includes("--tls") ? "https" : "http";
    const entra = await firstAnswer(`${scheme}://localhost:${chosen}`, token, ended, patience);
    return Object.assign(entra, stopping(child, ended));
  } catch (problem) {
    child.kill();
    throw problem;
  }
}

/** Stops the started process, on request or when this process exits. */
function stopping(child, ended) {
  const kill = () => child.kill();
  process.once("exit", kill);
  const stop = async () => {
    process.off("exit", kill);
    child.kill();
    await ended.finished;
  };
  return { pid: child.pid, stop, [Symbol.asyncDispose ?? Symbol.for("Symbol.asyncDispose")]: stop };
}

/** Tracks the end of a child process and its reason. */
function end(child) {
  const ended = { reason: undefined, said: "" };
  child.stderr.on("data", (text) => {
    ended.said = `${ended.said}${text}`.slice(-2000);
  });
  ended.finished = new Promise((resolve) => {
    const finish = (reason) => {
      ended.reason ??= reason;
      resolve();
    };
    child.once("error", (problem) => finish(problem.code === "ENOENT" ? notFound(child) : problem.message));
    child.once("close", (code, signal) => finish(`it exited with ${code ?? signal}`));
  });
  return ended;
}

function notFound(child) {
  return (
    `the command ${child.spawnfile} is not on the PATH. Run \`pip install entra-double\`, activate its environment, ` +
    'or set the command: start({ command: ["…/.venv/bin/entra-double"] })'
  );
}

/** Waits until the child answers. The token identifies it. */
async function firstAnswer(url, token, ended, patience) {
  const last = Date.now() + patience;
  while (Date.now() < last) {
    if (ended.reason !== undefined) {
      throw new EntraDoubleError(`entra-double did not start: ${ended.reason}. ${ended.said}`.trim());
    }
    const entra = await greet(url, token, ONE_TRY).catch(notYet);
    if (entra) {
      await entra.requests();
      return entra;
    }
    await Promise.race([wait(BETWEEN_TRIES), ended.finished]);
  }
  throw new EntraDoubleError(`entra-double did not respond at ${url} within ${patience} ms`);
}

function notYet(problem) {
  if (problem instanceof UntrustedError) {
    throw problem;
  }
}

async function freePort() {
  const server = createServer();
  await new Promise((resolve, reject) => server.once("error", reject).listen(0, "localhost", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function reach(url, options) {
  try {
    return await fetch(url, { redirect: "error", signal: AbortSignal.timeout(PATIENCE), ...options });
  } catch (problem) {
    const reason = problem.cause?.code ?? problem.message;
    if (/CERT|SIGNATURE/.test(reason)) {
      throw new UntrustedError(`the certificate of ${url} is not trusted (${reason}): ${REMEDY}`);
    }
    throw new EntraDoubleError(`no response from ${url}: ${reason}`);
  }
}
