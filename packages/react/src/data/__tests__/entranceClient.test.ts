/** Operations over a real WebSocket that need a further proof of the person. */
import type { Client } from "graphql-ws";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import {
  ADA,
  answer,
  BOB,
  CONFIG,
  interactionRequired,
  type ScriptedMsal,
  scriptedMsal,
} from "../../__tests__/scriptedMsal.js";
import { setPageSession } from "../../session/pageSession.js";
import { SessionStore } from "../../session/session.js";
import { entranceClient } from "../entranceClient.js";
import { type LiveServer, startLiveServer, WebSocket } from "./liveServer.js";

const CLAIMS = '{"access_token":{"acrs":{"essential":true,"value":"c1"}}}';
const CHALLENGE = { code: "FORBIDDEN", reason: "authentication_context_missing", claims: btoa(CLAIMS) };
const BECAUSE = "To delete an entry, confirm that it is you.";

let msal: ScriptedMsal;
let server: LiveServer;
let client: Client;
let store: SessionStore;

beforeEach(async () => {
  vi.stubGlobal("WebSocket", WebSocket);
  server = await startLiveServer();
  msal = scriptedMsal(ADA);
  msal.onSilent = async ({ claims }) => answer(claims === CLAIMS ? "proved" : "plain", ADA);
  store = new SessionStore({ config: CONFIG, apiOrigins: [`http://localhost:${server.port}`] }, () => msal);
  setPageSession(store);
  await store.opened();
  server.forbid = (parameters) => (parameters?.Authorization === "Bearer proved" ? null : [BECAUSE, CHALLENGE]);
});

afterEach(async () => {
  await client?.dispose();
  await server.stop();
});

type Heard = { next: unknown[]; end: unknown };

function run(query: string): Promise<Heard> {
  client = entranceClient({ url: `http://localhost:${server.port}/graphql/` }, { retryWait: async () => {} });
  const next: unknown[] = [];
  return new Promise((resolve) => {
    client.subscribe(
      { query },
      {
        next: (value) => next.push(value),
        error: (end) => resolve({ next, end }),
        complete: () => resolve({ next, end: "complete" }),
      },
    );
  });
}

const bearers = (): unknown[] => server.connections.map((each) => each?.Authorization ?? null);

test.each(["{ guarded }", "mutation { guarded }"])("%s is sent again with the proof", async (query) => {
  await expect(run(query)).resolves.toEqual({ next: [{ data: { guarded: "done" } }], end: "complete" });
  expect(bearers()).toEqual(["Bearer plain", "Bearer proved"]);
});

test("a subscription that is refused begins with the proof", async () => {
  const ended = run("subscription { guardedSaid }");
  await vi.waitFor(() => expect(server.subscriptions()).toBe(1), { interval: 5 });
  server.say("moth");
  await client.dispose();
  await expect(ended).resolves.toMatchObject({ next: [{ data: { guardedSaid: "moth" } }] });
  expect(bearers()).toEqual(["Bearer plain", "Bearer proved"]);
});

test("iterate proves, too", async () => {
  client = entranceClient({ url: `http://localhost:${server.port}/graphql/` });
  const found: unknown[] = [];
  for await (const value of client.iterate({ query: "{ guarded }" })) found.push(value);
  expect(found).toEqual([{ data: { guarded: "done" } }]);
});

test("an iteration that waits can be left", async () => {
  client = entranceClient({ url: `http://localhost:${server.port}/graphql/` });
  const iteration = client.iterate({ query: "subscription { said }" });
  const waiting = iteration.next();
  await vi.waitFor(() => expect(server.subscriptions()).toBe(1), { interval: 5 });
  await iteration.return?.();
  await expect(waiting).resolves.toMatchObject({ done: true });
  await vi.waitFor(() => expect(server.subscriptions()).toBe(0), { interval: 5 });
});

test("an iteration throws what ends the operation", async () => {
  msal.onSilent = ({ claims }) =>
    claims ? Promise.reject(interactionRequired(claims)) : Promise.resolve(answer("plain", ADA));
  client = entranceClient({ url: `http://localhost:${server.port}/graphql/` });
  await expect(client.iterate({ query: "{ guarded }" }).next()).rejects.toMatchObject({ code: "interaction_required" });
});

test("a mutation of two fields is not sent again", async () => {
  const { next } = await run("mutation { guarded other: guarded }");
  expect(next).toMatchObject([{ errors: [{ message: BECAUSE }, { message: BECAUSE }] }]);
  expect(bearers()).toEqual(["Bearer plain"]);
});

test("a second refusal is the operation's", async () => {
  server.forbid = () => [BECAUSE, CHALLENGE];
  const { next, end } = await run("{ guarded }");
  expect(next).toMatchObject([{ errors: [{ message: BECAUSE }] }]);
  expect(end).toBe("complete");
  expect(server.connections).toHaveLength(2);
});

test("another refusal is the operation's at once", async () => {
  server.forbid = () => ["No.", { code: "FORBIDDEN", reason: "app_role_missing" }];
  const { next } = await run("{ guarded }");
  expect(next).toMatchObject([{ errors: [{ message: "No." }] }]);
  expect(server.connections).toHaveLength(1);
});

test("claims that cannot be read ask for nothing", async () => {
  server.forbid = () => ["No.", { ...CHALLENGE, claims: "%%%" }];
  const { next } = await run("{ guarded }");
  expect(next).toMatchObject([{ errors: [{ message: "No." }] }]);
});

test("where Microsoft wants to see the person, the error says what for", async () => {
  msal.onSilent = ({ claims }) =>
    claims ? Promise.reject(interactionRequired(claims)) : Promise.resolve(answer("plain", ADA));
  await expect(run("{ guarded }")).resolves.toMatchObject({
    next: [],
    end: { code: "interaction_required", message: BECAUSE },
  });
  expect(store.getSnapshot().session).toMatchObject({ status: "needs-interaction", error: { message: BECAUSE } });
});

test("an operation that was stopped meanwhile hears nothing", async () => {
  let refuse = (): void => {};
  const asked = new Promise<void>((resolve) => {
    msal.onSilent = ({ claims }) => {
      if (!claims) return Promise.resolve(answer("plain", ADA));
      resolve();
      return new Promise((_, reject) => {
        refuse = () => reject(interactionRequired(claims));
      });
    };
  });
  client = entranceClient({ url: `http://localhost:${server.port}/graphql/` });
  const heard = vi.fn();
  const stop = client.subscribe({ query: "{ guarded }" }, { next: heard, error: heard, complete: heard });
  await asked;
  stop();
  refuse();
  await vi.waitFor(() => expect(store.getSnapshot().session.status).toBe("needs-interaction"));
  expect(heard).not.toHaveBeenCalled();
});

test.each([
  ["another person's connection has a token of that person", BOB, "Bearer of bob"],
  ["the person's next connection has it", ADA, "Bearer proved"],
])("a proof that came after its operation was stopped: %s", async (_, next, expected) => {
  let prove = (): void => {};
  const asked = new Promise<void>((resolve) => {
    msal.onSilent = ({ claims, account }) => {
      if (!claims) return Promise.resolve(account?.name === BOB.name ? answer("of bob", BOB) : answer("plain", ADA));
      resolve();
      return new Promise((proved) => {
        prove = () => proved(answer("proved", ADA));
      });
    };
  });
  client = entranceClient({ url: `http://localhost:${server.port}/graphql/` });
  const stop = client.subscribe({ query: "{ guarded }" }, { next() {}, error() {}, complete() {} });
  await asked;
  stop();
  await vi.waitFor(() => expect(server.clients()).toBe(0), { interval: 5 });
  prove();
  await new Promise((resolve) => setTimeout(resolve, 20));
  msal.setActiveAccount(next);
  const iteration = client.iterate({ query: "subscription { said }" });
  const waiting = iteration.next();
  await vi.waitFor(() => expect(server.subscriptions()).toBe(1), { interval: 5 });
  server.say("moth");
  expect([(await waiting).value, bearers()]).toEqual([{ data: { said: "moth" } }, ["Bearer plain", expected]]);
});
