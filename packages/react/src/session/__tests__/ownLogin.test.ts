/** An own login with a token of its own, plugged into the session. */

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { problem } from "../../__tests__/scriptedConnect.js";
import { ADA_VISITS, NO_ONE, scriptedDjango } from "../../__tests__/scriptedDjango.js";
import {
  ADA,
  ADA_ACCOUNT,
  answer,
  CONFIG,
  notAssigned,
  type ScriptedMsal,
  scriptedMsal,
} from "../../__tests__/scriptedMsal.js";
import { BARBARA, TokenLogin } from "../../__tests__/tokenLogin.js";
import { connectMicrosoft } from "../own/connecting.js";
import { plugOwnLogin } from "../own/ownLogin.js";
import { setPageSession } from "../pageSession.js";
import { fetchThrough } from "../requests/authorizedFetch.js";
import { getAccessToken } from "../requests/getAccessToken.js";
import { prove } from "../requests/proof.js";
import { SessionStore } from "../session.js";
import type { Session } from "../snapshot.js";

const SIGNED_IN = {
  status: "signed-in",
  account: { ...BARBARA, tenantId: "", objectId: "" },
  via: "password",
  roles: [],
  groups: [],
};

let msal: ScriptedMsal;
let loads: number;
let login: TokenLogin;
let sent: (string | null)[];

beforeEach(() => {
  msal = scriptedMsal();
  msal.onSilent = async () => answer("of ada");
  msal.onLogout = async () => {};
  loads = 0;
  login = new TokenLogin();
  sent = [];
  respondWith(() => new Response("fine"));
});
afterEach(() => vi.restoreAllMocks());

function respondWith(respond: () => Response): void {
  vi.stubGlobal("fetch", async (request: Request) => {
    sent.push(request.headers.get("Authorization"));
    return respond();
  });
}

function makeStore(config: object = {}, goTo?: (address: string) => void): SessionStore {
  const create = (): ScriptedMsal => {
    loads += 1;
    return msal;
  };
  const store = new SessionStore({ config: { ...CONFIG, ...config } }, create, goTo);
  plugOwnLogin(store, login);
  setPageSession(store);
  return store;
}

async function openStore(config?: object): Promise<SessionStore> {
  const store = makeStore(config);
  await store.opened();
  return store;
}

const session = (store: SessionStore): Session => store.getSnapshot().session;

/** Leaves what MSAL leaves in the storage. */
const leaveTokens = (): void => localStorage.setItem("msal.account|tokens", "{}");

test("a person who is signed in by it shows at once, and MSAL is not loaded", async () => {
  expect(session(await openStore())).toEqual(SIGNED_IN);
  expect(loads).toBe(0);
});

test("without one, Microsoft's person shows, via entra", async () => {
  login = new TokenLogin(null);
  msal = scriptedMsal(ADA);
  expect(session(await openStore())).toMatchObject({ status: "signed-in", via: "entra", account: ADA_ACCOUNT });
});

test("it goes before an account in Microsoft's cache", async () => {
  msal = scriptedMsal(ADA);
  const store = await openStore();
  await store.ready();
  expect(session(store)).toEqual(SIGNED_IN);
});

test("a sign-in and a sign-out by it show", async () => {
  login = new TokenLogin(null);
  const store = await openStore();
  expect(session(store).status).toBe("signed-out");
  login.keep("new");
  expect(session(store)).toEqual(SIGNED_IN);
  login.keep(null);
  expect(session(store).status).toBe("signed-out");
});

test("it needs no configuration: a sign-in and a sign-out by it show where the start failed", async () => {
  login = new TokenLogin(null);
  const store = makeStore({ clientId: "" });
  await expect(store.opened()).rejects.toMatchObject({ code: "config_invalid" });
  expect(session(store)).toMatchObject({ status: "failed", error: { code: "config_invalid" } });
  login.keep("new");
  expect(session(store)).toEqual(SIGNED_IN);
  login.keep(null);
  expect(session(store)).toMatchObject({ status: "failed", error: { code: "config_invalid" } });
});

test("a start that fails after a sign-in by it leaves the person signed in", async () => {
  login = new TokenLogin(null);
  const store = makeStore({ clientId: "" });
  const opened = store.opened();
  login.keep("new");
  await expect(opened).rejects.toMatchObject({ code: "config_invalid" });
  expect(session(store)).toEqual(SIGNED_IN);
});

test("requests carry its proof, which may take a moment to get", async () => {
  login.authorize = async (headers) => {
    await Promise.resolve();
    headers.set("Authorization", "Bearer later");
  };
  await fetchThrough(await openStore(), "/x", { method: "POST", body: "{}" });
  expect([sent, loads]).toEqual([["Bearer later"], 0]);
});

test.each([
  ["https://evil.example/", "origin_refused", []],
  ["https://api.contoso.example/", 200, ["Bearer own"]],
])("its proof goes to allowed origins only: %s", async (address, expected, tokens) => {
  const store = await openStore({ apiOrigins: ["https://api.contoso.example"] });
  const outcome = await fetchThrough(store, address).then(
    ({ status }) => status,
    ({ code }) => code,
  );
  expect([outcome, sent]).toEqual([expected, tokens]);
});

test.each([
  ["another person", "next", "grace", "account_changed"],
  ["no one", null, "barbara", "not_signed_in"],
])("a request is not sent as %s who signs in before it", async (_, token, username, code) => {
  login.authorize = () => login.keep(token, username);
  await expect(fetchThrough(await openStore(), "/x")).rejects.toMatchObject({ code });
  expect(sent).toEqual([]);
});

test.each([
  [401, "signed-out"],
  [403, "signed-in"],
])("an answer of %i leaves it %s", async (status, expected) => {
  const store = await openStore();
  respondWith(() => new Response(null, { status }));
  expect((await fetchThrough(store, "/x")).status).toBe(status);
  expect(session(store).status).toBe(expected);
});

test("a sign-in with Microsoft ends it, and Microsoft's person shows", async () => {
  msal.onPopup = async () => answer("of ada");
  const store = await openStore();
  expect(await store.signIn()).toEqual({ ok: true, account: ADA_ACCOUNT });
  expect(login.token).toBeNull();
  expect(session(store)).toMatchObject({ via: "entra", account: ADA_ACCOUNT });
  await fetchThrough(store, "/x");
  expect(sent).toEqual(["Bearer of ada"]);
});

test("a sign-in with Microsoft that fails leaves it", async () => {
  msal.onPopup = async () => Promise.reject(notAssigned());
  const store = await openStore();
  expect(await store.signIn()).toMatchObject({ ok: false });
  expect([session(store), login.token]).toEqual([SIGNED_IN, "own"]);
});

test("Microsoft's person shows even if it cannot be ended, until the next sign-in by it", async () => {
  msal.onPopup = async () => answer("of ada");
  login.signOut = async () => Promise.reject(new Error("503"));
  const store = await openStore();
  await store.signIn();
  expect(session(store)).toMatchObject({ via: "entra" });
  login.keep(null);
  login.keep("new");
  expect(session(store)).toEqual(SIGNED_IN);
});

test("a sign-out ends it, without Microsoft; MSAL is loaded for the next click", async () => {
  const store = await openStore();
  await store.signOut();
  expect([session(store).status, login.token, msal.logouts]).toEqual(["signed-out", null, []]);
  await vi.waitFor(() => expect(loads).toBe(1));
});

test("a sign-out takes Microsoft's account out of the cache first: it would be signed in", async () => {
  leaveTokens();
  msal = scriptedMsal({ ...ADA, idTokenClaims: {} });
  msal.clearCache = async () => msal.setActiveAccount(null);
  const store = await openStore();
  const seen = new Set<string>();
  store.subscribe(() => seen.add(JSON.stringify(session(store))));
  await store.signOut();
  expect([...seen].filter((each) => each.includes("entra"))).toEqual([]);
  expect([session(store).status, msal.logouts]).toEqual(["signed-out", []]);
});

test("a sign-out ends it even if MSAL cannot be loaded", async () => {
  leaveTokens();
  const store = await openStore({ clientId: "" });
  await store.signOut();
  expect([login.token, session(store)]).toMatchObject([
    null,
    { status: "signed-out", error: { code: "config_invalid" } },
  ]);
});

test("a sign-out everywhere leads to Microsoft, if Microsoft knows someone here", async () => {
  leaveTokens();
  msal = scriptedMsal(ADA);
  msal.onLogout = async () => {};
  const store = await openStore();
  await store.signOut({ everywhere: true });
  expect([login.token, msal.logouts]).toEqual([null, [{ account: ADA }]]);
});

test("a sign-out that it refuses is an error, and the person stays", async () => {
  login.signOut = async () => Promise.reject(new TypeError("Failed to fetch"));
  const store = await openStore();
  await store.signOut();
  expect(store.getSnapshot()).toMatchObject({ session: SIGNED_IN, error: { code: "unexpected" } });
});

test("connecting Microsoft sends as it, asks Microsoft, and keeps it", async () => {
  msal.onPopup = async () => answer("of ada");
  respondWith(() => Response.json(sent.length === 1 ? { ticket: "of-barbara" } : { user: "barbara" }));
  const store = await openStore();
  const told = vi.fn();
  store.signInListeners.add(told);
  expect(await connectMicrosoft(store, {}, {})).toEqual({ ok: true, user: "barbara" });
  expect(sent).toEqual(["Bearer own", "Bearer of ada"]);
  expect([session(store), told.mock.calls]).toEqual([SIGNED_IN, []]);
});

test("there is no token of Microsoft's for it", async () => {
  await openStore();
  await expect(getAccessToken()).rejects.toMatchObject({ code: "not_signed_in" });
  expect(loads).toBe(0);
});

test("a connection that stays open is proved by its token", async () => {
  const proof = await prove(await openStore(), new URL("ws://localhost:8000/graphql/".replace("ws", "http")));
  expect(proof).toEqual({ token: "own", person: '["barbara"]' });
});

test("a hot reload's login takes the place of the old one", async () => {
  const store = await openStore();
  const next = new TokenLogin("next");
  plugOwnLogin(store, next);
  expect([login.listeners.size, next.listeners.size]).toEqual([0, 1]);
  await fetchThrough(store, "/x");
  expect(sent).toEqual(["Bearer next"]);
});

test("it is not followed before the session starts", () => {
  makeStore();
  expect(login.listeners.size).toBe(0);
});

test("however often the session starts, it is followed once", async () => {
  login = new TokenLogin(null);
  const follow = vi.spyOn(login, "subscribe");
  const store = makeStore({ clientId: "" });
  await store.opened().catch(() => {});
  const failed = session(store);
  if (failed.status === "failed") failed.retry();
  await store.opened().catch(() => {});
  expect([failed.status, follow.mock.calls.length, login.listeners.size]).toEqual(["failed", 1, 1]);
});

test("beside a Django session it goes first, and both end with a sign-out", async () => {
  const django = scriptedDjango(ADA_VISITS);
  const store = new SessionStore({ config: CONFIG, session: "django" }, () => msal);
  plugOwnLogin(store, login);
  await store.opened();
  expect(session(store)).toEqual(SIGNED_IN);
  await store.signOut();
  expect([login.token, django.visitor, session(store).status]).toEqual([null, NO_ONE, "signed-out"]);
});

test("beside a Django session, its end shows the Django session", async () => {
  scriptedDjango(ADA_VISITS);
  const store = new SessionStore({ config: CONFIG, session: "django" }, () => msal);
  plugOwnLogin(store, login);
  await store.opened();
  login.keep(null);
  expect(session(store)).toMatchObject({ status: "signed-in", via: "entra", account: ADA_ACCOUNT });
});

test("a refusal of the ticket is the error of connecting, and the login stays", async () => {
  msal.onPopup = async () => answer("of ada");
  respondWith(() => problem("password_needed"));
  const store = await openStore();
  expect(await connectMicrosoft(store, {}, {})).toMatchObject({ ok: false, error: { code: "password_needed" } });
  expect(session(store)).toEqual(SIGNED_IN);
});
