/** graphql-ws itself, client and server, on a real WebSocket. */
import { type Client, createClient } from "graphql-ws";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ADA_VISITS, NO_ONE, scriptedDjango } from "../../__tests__/scriptedDjango.js";
import { ADA, answer, BOB, CONFIG, type ScriptedMsal, scriptedMsal } from "../../__tests__/scriptedMsal.js";
import { createSession } from "../../session/entranceSession.js";
import type { OwnLogin } from "../../session/own/ownLogin.js";
import { setPageSession } from "../../session/pageSession.js";
import { SessionStore } from "../../session/session.js";
import { entranceConnection } from "../entranceConnection.js";
import type { EntranceConnectionOptions } from "../liveConnection.js";
import { type LiveServer, startLiveServer, WebSocket } from "./liveServer.js";

const OWN_LOGIN: OwnLogin = {
  account: () => ({ name: "Barbara Liskov", username: "barbara" }),
  subscribe: () => () => {},
  authorize: (headers) => headers.set("Authorization", "Bearer her own"),
  signOut: () => {},
};

let msal: ScriptedMsal;
let token: string;
let server: LiveServer;
let client: Client;
let heard: unknown[];

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "Date"] });
  vi.stubGlobal("WebSocket", WebSocket);
  server = await startLiveServer();
  heard = [];
  token = "first";
});

afterEach(async () => {
  await client?.dispose();
  await server.stop();
  vi.useRealTimers();
});

const origin = (): string => `http://localhost:${server.port}`;

async function signIn(
  account: typeof ADA | null = ADA,
  source: object = {},
  initialize = async (): Promise<void> => {},
): Promise<void> {
  msal = scriptedMsal(account);
  msal.initialize = initialize;
  msal.onSilent = async ({ forceRefresh }) => {
    if (forceRefresh) token = "renewed";
    return answer(token, msal.getActiveAccount() ?? ADA);
  };
  const store = new SessionStore({ config: CONFIG, apiOrigins: [origin()], ...source }, () => msal);
  setPageSession(store);
  await store.opened();
}

function subscribe(options: Partial<EntranceConnectionOptions> = {}): Promise<unknown> {
  client = createClient({
    ...entranceConnection({ url: `${origin()}/graphql/`, ...options }),
    retryWait: async () => {},
  });
  return new Promise((resolve) => {
    client.subscribe<{ said: string }>(
      { query: "subscription { said }" },
      {
        next: ({ data }) => heard.push(data?.said),
        error: resolve,
        complete: () => resolve("complete"),
      },
    );
  });
}

const subscribed = (times = 1): Promise<void> =>
  vi.waitFor(
    () => expect([server.connections.length, server.subscriptions(), server.clients()]).toEqual([times, 1, 1]),
    { interval: 5 },
  );

async function hears(text: string): Promise<void> {
  server.say(text);
  await vi.waitFor(() => expect(heard.at(-1)).toBe(text), { interval: 5 });
}

const bearers = (): unknown[] => server.connections.map((each) => each?.Authorization ?? null);

test("the connection carries the token", async () => {
  await signIn();
  void subscribe();
  await subscribed();
  await hears("moth");
  expect(server.connections).toEqual([{ Authorization: "Bearer first" }]);
});

test("it waits for a session that is starting", async () => {
  let finish = (): void => {};
  const started = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const opened = signIn(ADA, {}, () => started);
  void subscribe();
  await Promise.resolve();
  expect(server.handshakes).toEqual([]);
  finish();
  await opened;
  await subscribed();
  expect(bearers()).toEqual(["Bearer first"]);
});

test("a server that is not there is tried again", async () => {
  await signIn();
  const { port } = server;
  await server.stop();
  let waits = 0;
  const retryWait = async (): Promise<void> => {
    waits += 1;
    if (waits === 3) server = await startLiveServer(port);
  };
  client = createClient({ ...entranceConnection({ url: `${origin()}/graphql/` }), retryWait });
  client.subscribe({ query: "subscription { said }" }, { next: () => {}, error: () => {}, complete: () => {} });
  await subscribed();
  expect(waits).toBe(3);
});

test("when the token is renewed, it opens again with the new one, and the subscription goes on", async () => {
  await signIn();
  void subscribe();
  await subscribed();
  token = "second";
  await vi.advanceTimersByTimeAsync(60_000);
  await subscribed(2);
  await hears("after the renewal");
  expect(bearers()).toEqual(["Bearer first", "Bearer second"]);
});

test("while the token stays, it stays open", async () => {
  await signIn();
  void subscribe();
  await subscribed();
  await vi.advanceTimersByTimeAsync(600_000);
  await hears("still here");
  expect(bearers()).toEqual(["Bearer first"]);
});

test("without an answer of Microsoft it stays open", async () => {
  await signIn();
  void subscribe();
  await subscribed();
  msal.onSilent = () => Promise.reject(new TypeError("no answer"));
  await vi.advanceTimersByTimeAsync(60_000);
  await hears("still here");
  expect(bearers()).toEqual(["Bearer first"]);
});

test("4401: a new token, and the subscription goes on", async () => {
  await signIn();
  void subscribe();
  await subscribed();
  server.closeAll(4401);
  await subscribed(2);
  await hears("after 4401");
  expect(bearers()).toEqual(["Bearer first", "Bearer renewed"]);
});

test("4401 at once, before the connection is acknowledged: a new token", async () => {
  await signIn();
  server.refuse = (parameters) => (parameters?.Authorization === "Bearer first" ? 4401 : null);
  void subscribe();
  await subscribed(2);
  expect(bearers()).toEqual(["Bearer first", "Bearer renewed"]);
});

test("a second 4401 within a minute is the subscription's error", async () => {
  await signIn();
  server.refuse = () => 4401;
  await expect(subscribe()).resolves.toMatchObject({ code: 4401 });
  expect(server.connections).toHaveLength(2);
});

test("a second 4401 after more than a minute is met by another token", async () => {
  await signIn();
  void subscribe();
  await subscribed();
  server.closeAll(4401);
  await subscribed(2);
  vi.setSystemTime(Date.now() + 61_000);
  server.closeAll(4401);
  await subscribed(3);
});

test("4403 is the subscription's error: there is no second connection", async () => {
  await signIn();
  const ended = subscribe();
  await subscribed();
  server.closeAll(4403);
  await expect(ended).resolves.toMatchObject({ code: 4403 });
  expect(server.connections).toHaveLength(1);
});

test("a connection that is lost opens again", async () => {
  await signIn();
  void subscribe();
  await subscribed();
  server.closeAll(1012);
  await subscribed(2);
  await hears("after the restart");
});

test("a sign-out ends the subscription", async () => {
  await signIn();
  const ended = subscribe();
  await subscribed();
  msal.setActiveAccount(null);
  await expect(ended).resolves.toMatchObject({ name: "EntranceError", code: "not_signed_in" });
  await vi.waitFor(() => expect(server.clients()).toBe(0));
});

test("another account ends it: what one person asked for is not sent as another", async () => {
  await signIn();
  const ended = subscribe();
  await subscribed();
  msal.setActiveAccount(BOB);
  await expect(ended).resolves.toMatchObject({ name: "EntranceError", code: "account_changed" });
});

test("another account while the connection is lost ends it, too", async () => {
  await signIn();
  const ended = subscribe();
  await subscribed();
  msal.onSilent = async () => {
    msal.setActiveAccount(BOB);
    return answer("of bob", BOB);
  };
  server.closeAll(1012);
  await expect(ended).resolves.toMatchObject({ code: "account_changed" });
  expect(bearers()).toEqual(["Bearer first"]);
});

test("the same account chosen again changes nothing", async () => {
  await signIn();
  void subscribe();
  await subscribed();
  msal.setActiveAccount({ ...ADA, name: "Ada King" });
  await hears("still here");
  expect(server.connections).toHaveLength(1);
});

test("without a person: not_signed_in, and no connection parameters are sent", async () => {
  await signIn(null);
  await expect(subscribe()).resolves.toMatchObject({ code: "not_signed_in" });
  expect(server.connections).toEqual([]);
});

test("optional, without a person: it opens without a proof, and again when someone signs in", async () => {
  await signIn(null);
  void subscribe({ authorization: "optional" });
  await subscribed();
  await hears("public");
  msal.setActiveAccount(ADA);
  await subscribed(2);
  expect(bearers()).toEqual([null, "Bearer first"]);
});

test("an address that may not have the token: origin_refused, and none is sent", async () => {
  await signIn(ADA, { apiOrigins: [] });
  await expect(subscribe()).resolves.toMatchObject({ code: "origin_refused" });
  expect(server.connections).toEqual([]);
});

test("after the last subscription another person may subscribe", async () => {
  await signIn();
  client = createClient(entranceConnection({ url: `${origin()}/graphql/` }));
  const first = client.iterate({ query: "subscription { said }" });
  void first.next();
  await subscribed();
  await first.return?.();
  await vi.waitFor(() => expect(server.clients()).toBe(0));
  msal.setActiveAccount(BOB);
  const second = client.iterate({ query: "subscription { said }" });
  const next = second.next();
  await subscribed(2);
  server.say("for Bob");
  await expect(next).resolves.toMatchObject({ value: { data: { said: "for Bob" } } });
});

test("a session made outside goes before the page's", async () => {
  await signIn(null);
  const config = { ...CONFIG, clientId: "5ba00000-0000-4000-a000-000000000077" };
  const session = createSession({ config, apiOrigins: [origin()], ownLogin: OWN_LOGIN });
  await session.known();
  void subscribe({ session });
  await subscribed();
  expect(bearers()).toEqual(["Bearer her own"]);
});

async function signInToDjango(visitor = ADA_VISITS): Promise<ReturnType<typeof scriptedDjango>> {
  const django = scriptedDjango(visitor);
  const config = { ...CONFIG, redirectUri: "http://localhost:8000/entrance/redirect/" };
  const source = { config, session: "django", apiOrigins: [origin()] } as const;
  msal = scriptedMsal(ADA);
  msal.onSilent = async () => answer("of ada");
  const store = new SessionStore(source, () => msal);
  await store.rest();
  Object.defineProperty(store.django, "url", { value: `${origin()}/entrance/session/` });
  setPageSession(store);
  await store.opened();
  return django;
}

test("with a Django session, the cookie is the proof", async () => {
  await signInToDjango();
  void subscribe();
  await subscribed();
  expect(server.connections).toEqual([null]);
});

test("with a Django session that is stale, 4401 renews it, and the subscription goes on", async () => {
  const { asked } = await signInToDjango();
  void subscribe();
  await subscribed();
  server.closeAll(4401, "session_stale");
  await subscribed(2);
  await hears("after the renewal");
  expect(asked()).toEqual(["GET", "POST"]);
});

test("with a Django session that was ended elsewhere, 4401 does not begin another one", async () => {
  const django = await signInToDjango();
  const ended = subscribe();
  await subscribed();
  django.visitor = NO_ONE;
  server.closeAll(4401, "session_ended");
  await expect(ended).resolves.toMatchObject({ code: "not_signed_in" });
  expect(django.asked()).toEqual(["GET", "GET"]);
});

test("with a Django session that has lost a right, 4401 opens the connection again", async () => {
  const { asked } = await signInToDjango();
  void subscribe();
  await subscribed();
  server.closeAll(4401, "rights_changed");
  await subscribed(2);
  await hears("with the rights that are left");
  expect(asked()).toEqual(["GET", "GET"]);
});

test("with a Django session that is over, 4401 ends the subscription", async () => {
  const django = await signInToDjango({ ...ADA_VISITS, via: "password" });
  const ended = subscribe();
  await subscribed();
  django.visitor = NO_ONE;
  server.closeAll(4401);
  await expect(ended).resolves.toMatchObject({ code: "not_signed_in" });
});
