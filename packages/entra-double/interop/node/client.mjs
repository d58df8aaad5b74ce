// Shared by the clients for Node: ids of the seed, and the report of a flow.

import { execFileSync } from "node:child_process";

export const TENANT = "c0470500-0000-4000-a000-000000000001";
export const API = "a9100000-0000-4000-a000-000000000002";
export const WEB = "5ba00000-0000-4000-a000-000000000003";
export const DAEMON = "dae00000-0000-4000-a000-000000000004";
export const SITE = "517e0000-0000-4000-a000-000000000005";
export const ADA = "ada00000-0000-4000-a000-000000000011";

export const API_SECRET = "entra-local-not-a-secret-api";
export const DAEMON_SECRET = "entra-local-not-a-secret-daemon";
export const SITE_SECRET = "entra-local-not-a-secret-site";

export const SCOPE = `api://${API}/access_as_user`;
export const DEFAULT = `api://${API}/.default`;
export const READ_ME = "https://graph.microsoft.com/User.Read";
export const CALLBACK = "http://localhost:5000/callback";
export const NATIVE = "http://localhost:5001/native";

/** Claims challenge of an API that requires the authentication context c1. */
export const C1 = '{"access_token":{"acrs":{"essential":true,"value":"c1"}}}';

export const URL_OF_ENTRA = process.env.ENTRA_URL;

/** Ends all sessions before each flow, runs it, and prints its result as a line of JSON. */
export async function run(flows) {
  for (const [flow, complete] of Object.entries(flows)) {
    await control("POST", "end-sessions");
    let finding;
    try {
      finding = { flow, ok: true, said: await complete() };
    } catch (error) {
      const said = `${error.name}: ${error.message}${error.cause ? ` (${error.cause.message ?? error.cause})` : ""}`;
      finding = { flow, ok: false, said: said.split("\n")[0].slice(0, 300) };
    }
    process.stdout.write(`${JSON.stringify(finding)}\n`);
  }
}

/** Calls entra-double's control interface. */
export async function control(method, path) {
  const answer = await fetch(`${URL_OF_ENTRA}/_control/${path}`, {
    method,
    headers: { "X-Entra-Double-Control": "1" },
  });
  if (!answer.ok) throw new Error(`${path} answers ${answer.status}`);
}

/** Opens an address in a new browser. Returns the redirect URI and its parameters. */
export function visit(address, ...how) {
  const printed = execFileSync(process.env.PYTHON, [process.env.PERSON, address, ...how], { encoding: "utf8" });
  return JSON.parse(printed);
}

/** Returns a token's claims, unverified. */
export function payload(token) {
  return JSON.parse(Buffer.from(token.split(".")[1], "base64url").toString());
}

/** Returns `what` and `found` as a summary. Throws if `found` is not `wanted`. */
export function expect(what, found, wanted) {
  if (JSON.stringify(found) !== JSON.stringify(wanted)) {
    throw new Error(`${what} is ${JSON.stringify(found)}, not ${JSON.stringify(wanted)}`);
  }
  return `${what} ${Array.isArray(found) ? found.join(" ") : found}`;
}

/** Returns the error that `attempt` rejects with. */
export async function refusal(attempt) {
  try {
    await attempt();
  } catch (error) {
    return error;
  }
  throw new Error("It was not refused");
}
