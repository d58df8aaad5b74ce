/** The page's session with `session="django"`: exchange, silent renewal, sign-out, tabs. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { problem } from "../../__tests__/scriptedConnect.js";
import {
  ADA_VISITS,
  BARBARA_VISITS,
  NO_ONE,
  type ScriptedDjango,
  SESSION_URL,
  scriptedDjango,
  stale,
} from "../../__tests__/scriptedDjango.js";
import {
  ADA,
  ADA_ACCOUNT,
  answer,
  BOB,
  CONFIG,
  interactionRequired,
  notAssigned,
  popupBlocked,
  type ScriptedMsal,
  scriptedMsal,
} from "../../__tests__/scriptedMsal.js";
import type { Visitor } from "../django/visitor.js";
import { connectMicrosoft } from "../own/connecting.js";
import { setPageSession } from "../pageSession.js";
import { authorizedFetch, fetchThrough } from "../requests/authorizedFetch.js";
import { SessionStore } from "../session.js";
import { beginInWindow } from "../stored/attempt.js";
import { recall } from "../stored/underWay.js";

/** Two of Django's tokens with one secret, and one with another. */
const MASKED = "zZ01qWerzZ01qWerzZ01qWerzZ01qWerZ020QXgqZ020QXgqZ020QXgqZ020QXgq";
const MASKED_ANEW = "9aB8cD7e9aB8cD7e9aB8cD7e9aB8cD7ezbD7CE9dzbD7CE9dzbD7CE9dzbD7CE9d";
const OF_ANOTHER_SECRET = "9aB8cD7e9aB8cD7e9aB8cD7e9aB8cD7eabD7dE9dabD7dE9dabD7dE9dabD7dE9d";

type Entra = NonNullable<Visitor["entra"]>;

const SIGNED_IN = { status: "signed-in", account: ADA_ACCOUNT, via: "entra", roles: [], groups: [] };
const BARBARA = {
  status: "signed-in",
  roles: [],
  groups: [],
  account: { name: "Barbara Liskov", username: "barbara", tenantId: "", objectId: "" },
  via: "password",
};

let msal: ScriptedMsal;
let loads: number;

beforeEach(() => {
  msal = scriptedMsal();
  msal.onPopup = async () => answer("of ada");
  msal.onLogout = async () => {};
  loads = 0;
});
afterEach(() => vi.useRealTimers());

function makeStore(config: object = {}): SessionStore {
  const create = (): ScriptedMsal => {
    loads += 1;
    return msal;
  };
  const store = new SessionStore({ config: { ...CONFIG, ...config }, session: "django" }, create);
  setPageSession(store);
  return store;
}

async function openStore(config: object = {}): Promise<SessionStore> {
  const store = makeStore(config);
  await store.opened();
  return store;
}

/** Waits until all requests are answered. */
const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));
const session = (store: SessionStore): object => store.getSnapshot().session;

test("a living session is signed in, without MSAL", async () => {
  const django = scriptedDjango(ADA_VISITS);
  const store = await openStore();
  await settle();
  expect(session(store)).toEqual(SIGNED_IN);
  expect([django.asked(), loads]).toEqual([["GET"], 0]);
});

test("an own login shows as signed-in via password, without MSAL", async () => {
  scriptedDjango(BARBARA_VISITS);
  const store = await openStore();
  await settle();
  expect(session(store)).toEqual(BARBARA);
  expect(loads).toBe(0);
});

test("without a session the page is signed out, and MSAL is there for the click", async () => {
  scriptedDjango();
  const store = await openStore();
  expect(session(store)).toMatchObject({ status: "signed-out", error: null });
  await vi.waitFor(() => expect(loads).toBe(1));
});

test("MSAL's account alone signs no one in: a click does", async () => {
  const django = scriptedDjango();
  msal = scriptedMsal(ADA);
  const store = await openStore();
  await settle();
  expect(session(store)).toMatchObject({ status: "signed-out", error: null });
  expect([django.asked(), msal.silents, msal.popups]).toEqual([["GET"], [], []]);
});

test("without an answer of Django the session is failed, and retry opens it", async () => {
  const django = scriptedDjango(ADA_VISITS);
  django.refusals.set("GET", new TypeError("offline"));
  const store = makeStore();
  await expect(store.opened()).rejects.toMatchObject({ code: "django_unreachable" });
  const failed = store.getSnapshot().session;
  expect(failed).toMatchObject({ status: "failed", error: { code: "django_unreachable" } });
  if (failed.status === "failed") failed.retry();
  expect(session(store)).toEqual({ status: "starting" });
  await settle();
  expect(session(store)).toEqual(SIGNED_IN);
});

test("an address that is no session makes it failed", async () => {
  const django = scriptedDjango();
  django.refusals.set("GET", new Response("<html>"));
  await expect(makeStore().opened()).rejects.toMatchObject({
    code: "django_unreachable",
    details: `${SESSION_URL} is not a session`,
  });
});

test("a sign-in in the window is exchanged before it ends, and is told once", async () => {
  const django = scriptedDjango();
  const store = await openStore();
  const told = vi.fn();
  store.signInListeners.add(told);
  expect(await store.signIn()).toEqual({ ok: true, account: ADA_ACCOUNT });
  expect(session(store)).toEqual(SIGNED_IN);
  expect(django.sent.at(-1)).toMatchObject({ method: "POST", path: "/entrance/session/", bearer: "Bearer of ada" });
  expect(told.mock.calls).toEqual([[{ ok: true, account: ADA_ACCOUNT }, true]]);
  expect(recall()).toBeNull();
});

test("a sign-in by redirect is exchanged, and is told once", async () => {
  const django = scriptedDjango();
  beginInWindow("");
  msal.onReturn = async () => answer("by redirect");
  const store = makeStore();
  const told = vi.fn();
  store.signInListeners.add(told);
  const seen = new Set<string>();
  store.subscribe(() => seen.add(store.getSnapshot().session.status));
  await store.opened();
  await settle();
  expect(session(store)).toEqual(SIGNED_IN);
  expect([...seen]).toEqual(["signed-in"]);
  expect(django.sent.at(-1)?.bearer).toBe("Bearer by redirect");
  expect(told.mock.calls).toEqual([[{ ok: true, account: ADA_ACCOUNT }, false]]);
});

test("a redirect that was refused is the error of the signed-out session", async () => {
  scriptedDjango();
  beginInWindow("");
  msal.onReturn = async () => Promise.reject(notAssigned());
  expect(session(await openStore())).toMatchObject({ status: "signed-out", error: { code: "not_assigned" } });
});

test("a page that was reloaded during the exchange finishes it", async () => {
  const django = scriptedDjango();
  django.refusals.set("POST", new Response(new ReadableStream()));
  const lost = await openStore();
  void lost.signIn();
  await settle();
  expect(recall()).toBe("redeemed");
  msal = scriptedMsal(ADA);
  msal.onSilent = async () => answer("cached");
  const store = await openStore();
  expect(session(store)).toEqual(SIGNED_IN);
  expect([django.sent.at(-1)?.bearer, recall()]).toEqual(["Bearer cached", null]);
});

test("an exchange without an answer is repeated by a reload", async () => {
  const django = scriptedDjango();
  django.refusals.set("POST", new TypeError("the page is left"));
  const lost = await openStore();
  expect(await lost.signIn()).toMatchObject({ ok: false, error: { code: "django_unreachable" } });
  expect(recall()).toBe("redeemed");
  msal = scriptedMsal(ADA);
  msal.onSilent = async () => answer("cached");
  expect(session(await openStore())).toEqual(SIGNED_IN);
  expect([django.sent.at(-1)?.bearer, recall()]).toEqual(["Bearer cached", null]);
});

test("once someone else is signed in, a reload does not repeat it", async () => {
  const django = scriptedDjango();
  django.refusals.set("POST", new Response("", { status: 503 }));
  await (await openStore()).signIn();
  django.visitor = BARBARA_VISITS; // by Django's own page
  msal = scriptedMsal(ADA);
  const store = await openStore();
  expect([session(store), recall(), store.error?.code]).toEqual([BARBARA, null, "account_changed"]);
  expect(django.asked()).toEqual(["GET", "POST", "GET"]);
});

test("once the person is signed in, by another tab, a reload may repeat it", async () => {
  const django = scriptedDjango();
  django.refusals.set("POST", new Response("", { status: 503 }));
  await (await openStore()).signIn();
  django.visitor = ADA_VISITS;
  msal = scriptedMsal(ADA);
  msal.onSilent = async () => answer("cached");
  const store = await openStore();
  expect([session(store), recall(), store.error]).toEqual([SIGNED_IN, null, null]);
});

test("a person who cancels after that does not sign in by a reload", async () => {
  const django = scriptedDjango();
  django.refusals.set("POST", new TypeError("offline"));
  const store = await openStore();
  await store.signIn();
  store.cancel();
  expect(recall()).toBeNull();
});

test("if MSAL has lost the account meanwhile, the sign-in was interrupted", async () => {
  scriptedDjango();
  beginInWindow("redeemed");
  expect(session(await openStore())).toMatchObject({ status: "signed-out", error: { code: "interrupted" } });
});

test("Django's refusal of the exchange is the result, and the next click shows the account picker", async () => {
  const django = scriptedDjango();
  django.refusals.set("POST", problem("account_exists"));
  const store = await openStore();
  expect(await store.signIn()).toMatchObject({ ok: false, error: { code: "account_exists" } });
  expect(session(store)).toMatchObject({ status: "signed-out", error: { code: "account_exists" } });
  await store.signIn();
  expect(msal.popups.at(-1)).toMatchObject({ prompt: "select_account" });
});

test("a session that starts although the person cancelled is ended", async () => {
  const django = scriptedDjango();
  const store = await openStore();
  let finish = (): void => {};
  const slow = new Response();
  slow.json = () => new Promise((resolve) => (finish = () => resolve(ADA_VISITS)));
  django.refusals.set("POST", slow);
  const signingIn = store.signIn();
  await settle();
  store.cancel();
  django.visitor = ADA_VISITS;
  finish();
  expect(await signingIn).toMatchObject({ ok: false, error: { code: "sign_in_cancelled" } });
  await settle();
  expect(django.asked().at(-1)).toBe("DELETE");
  expect(session(store)).toMatchObject({ status: "signed-out" });
});

test("the token goes to no other origin than the page's and apiOrigins", async () => {
  const django = scriptedDjango();
  const source = {
    config: "https://api.contoso.example/entrance/config.json",
    session: "django",
    redirectUri: "/redirect.html",
  } as const;
  vi.stubGlobal("fetch", async (input: RequestInfo | URL, init?: RequestInit) => {
    const { url, method } = new Request(input, init);
    django.sent.push({ method, path: url, bearer: null, csrf: null, credentials: "", mode: "" });
    return new Response(JSON.stringify(url.endsWith(".json") ? CONFIG : NO_ONE));
  });
  const store = new SessionStore(source, () => msal);
  await store.opened();
  expect(await store.signIn()).toMatchObject({ ok: false, error: { code: "origin_refused" } });
  await expect(fetchThrough(store, "https://api.contoso.example/x")).rejects.toMatchObject({ code: "origin_refused" });
  expect(django.sent.map(({ method }) => method)).not.toContain("POST");
});

test("a broken config.json leaves the session as it is; the next click tries again", async () => {
  scriptedDjango();
  const store = new SessionStore({ config: { ...CONFIG, clientId: "" }, session: "django" }, () => msal);
  await store.opened();
  await settle();
  expect(session(store)).toMatchObject({ status: "signed-out", error: { code: "config_invalid" } });
  expect(await store.signIn()).toMatchObject({ ok: false, error: { code: "config_invalid" } });
});

test("requests carry the cookie and the CSRF token, no bearer", async () => {
  const django = scriptedDjango(ADA_VISITS);
  makeStore();
  expect(await (await authorizedFetch("/x", { method: "POST", body: "{}" })).text()).toBe("fine");
  expect(django.sent.at(-1)).toEqual({
    method: "POST",
    path: "/x",
    bearer: null,
    csrf: "ada's",
    credentials: "include",
    mode: "same-origin",
  });
  expect(loads).toBe(0);
});

test("an origin beside Django's gets the bearer, and no CSRF token", async () => {
  const django = scriptedDjango(ADA_VISITS);
  msal = scriptedMsal(ADA);
  msal.onSilent = async () => answer("of ada");
  await openStore({ apiOrigins: ["https://api.contoso.example"] });
  await authorizedFetch("https://api.contoso.example/x");
  expect(django.sent.at(-1)).toMatchObject({ bearer: "Bearer of ada", csrf: null });
});

test("no request opens a window: without a token the person must sign in", async () => {
  scriptedDjango(ADA_VISITS);
  msal = scriptedMsal(ADA);
  msal.onSilent = async () => Promise.reject(interactionRequired());
  await openStore({ apiOrigins: ["https://api.contoso.example"] });
  await expect(authorizedFetch("https://api.contoso.example/x")).rejects.toMatchObject({
    code: "interaction_required",
  });
  expect(msal.popups).toEqual([]);
});

test("signed out, nothing is sent: not_signed_in", async () => {
  const django = scriptedDjango();
  makeStore();
  await expect(authorizedFetch("/x")).rejects.toMatchObject({ code: "not_signed_in" });
  expect(django.sent.map(({ path }) => path)).toEqual(["/entrance/session/"]);
});

/** The API refuses stale sessions until a token was exchanged. */
function becomeStale(django: ScriptedDjango, answerAgain: () => Response = () => new Response("fine")): void {
  django.onApi = () => (django.asked().includes("POST") ? answerAgain() : stale());
}

test("a stale session is renewed by one silent exchange for all requests, and no one notices", async () => {
  const django = scriptedDjango(ADA_VISITS);
  django.next = { ...ADA_VISITS, csrf_token: "rotated" };
  msal = scriptedMsal(ADA);
  msal.onSilent = async () => answer("renewed");
  becomeStale(django);
  const store = await openStore();
  const seen: string[] = [];
  store.subscribe(() => seen.push(store.getSnapshot().session.status));
  const all = await Promise.all(["/a", "/b", "/c"].map((path) => authorizedFetch(path, { method: "POST", body: "x" })));
  expect(all.map(({ status }) => status)).toEqual([200, 200, 200]);
  expect(django.asked()).toEqual(["GET", "POST"]);
  expect(msal.silents).toMatchObject([{ account: ADA, forceRefresh: true }]);
  expect(django.sent.slice(-3).map(({ csrf }) => csrf)).toEqual(["rotated", "rotated", "rotated"]);
  expect(new Set(seen)).toEqual(new Set(["signed-in"]));
  expect([msal.popups, msal.redirects]).toEqual([[], []]);
});

test("without an account in the browser, as after a page sign-in, Microsoft is asked in its hidden frame", async () => {
  const django = scriptedDjango(ADA_VISITS);
  const ssoSilent = vi.fn(async () => answer("from the frame"));
  msal.ssoSilent = ssoSilent;
  becomeStale(django);
  await openStore();
  expect((await authorizedFetch("/x")).status).toBe(200);
  expect(ssoSilent).toHaveBeenCalledExactlyOnceWith({ scopes: CONFIG.scopes, loginHint: "ada@contoso.example" });
});

test("an exchange that does not help is not repeated for the request", async () => {
  const django = scriptedDjango(ADA_VISITS);
  msal = scriptedMsal(ADA);
  msal.onSilent = async () => answer("renewed");
  becomeStale(django, stale);
  await openStore();
  expect((await authorizedFetch("/x")).status).toBe(401);
  expect(django.asked()).toEqual(["GET", "POST"]);
});

test.each([
  ["Microsoft refuses the person", () => Promise.reject(notAssigned()), null, "not_assigned"],
  ["another person answers", async () => answer("of bob", BOB), null, "account_changed"],
  ["Django refuses the person", async () => answer("renewed"), problem("account_exists"), "account_exists"],
])("if %s, the person is signed out with the reason, and a click suggests the same person", async (...row) => {
  const [, onSilent, refusal, code] = row;
  const django = scriptedDjango(ADA_VISITS);
  if (refusal) django.refusals.set("POST", refusal);
  msal = scriptedMsal(ADA);
  msal.onSilent = onSilent;
  msal.onPopup = async () => answer("again");
  django.onApi = stale;
  const store = await openStore();
  await expect(authorizedFetch("/x")).rejects.toMatchObject({ code });
  expect(session(store)).toMatchObject({ status: "signed-out", error: { code } });
  expect(msal.popups).toEqual([]);
  await expect(authorizedFetch("/x")).rejects.toMatchObject({ code: "not_signed_in" });
  expect(django.visitor, "the next page finds no one signed in, too").toBe(NO_ONE);
  await store.signIn();
  const expected = code === "account_changed" ? { loginHint: "ada@contoso.example" } : { prompt: "select_account" };
  expect(msal.popups).toMatchObject([expected]);
  expect(session(store)).toEqual(SIGNED_IN);
});

test("a session that another tab has renewed meanwhile goes on", async () => {
  const at = (recheck_at: number): Visitor => ({ ...ADA_VISITS, entra: { ...ADA_VISITS.entra, recheck_at } as Entra });
  const django = scriptedDjango(at(1));
  msal = scriptedMsal(ADA);
  msal.onSilent = async () => {
    django.visitor = at(2);
    throw interactionRequired();
  };
  django.onApi = () => (django.visitor.entra?.recheck_at === 2 ? new Response("fine") : stale());
  const store = await openStore();
  expect((await authorizedFetch("/x")).status).toBe(200);
  expect([session(store), django.asked()]).toEqual([SIGNED_IN, ["GET", "GET"]]);
});

test("an error that refuses no one leaves Django's session alone", async () => {
  const django = scriptedDjango(ADA_VISITS);
  msal = scriptedMsal(ADA);
  msal.onSilent = async () => Promise.reject(Object.assign(new Error("busy"), { errorCode: "server_error" }));
  django.onApi = stale;
  const store = await openStore();
  await expect(authorizedFetch("/x")).rejects.toMatchObject({ code: "unexpected" });
  expect([session(store), django.visitor]).toMatchObject([{ status: "signed-out" }, ADA_VISITS]);
});

test("if Django does not hear that the session is over, the page shows it all the same", async () => {
  const django = scriptedDjango(ADA_VISITS);
  msal = scriptedMsal(ADA);
  msal.onSilent = async () => Promise.reject(notAssigned());
  django.refusals.set("DELETE", new Response("", { status: 503 }));
  django.onApi = stale;
  const store = await openStore();
  await expect(authorizedFetch("/x")).rejects.toMatchObject({ code: "not_assigned" });
  expect(session(store)).toMatchObject({ status: "signed-out", error: { code: "not_assigned" } });
});

test.each([
  [
    "Microsoft",
    "microsoft_unreachable",
    (): void => {
      msal.onSilent = async () => Promise.reject(new TypeError("unused"));
      msal.initialize = async () => Promise.reject(Object.assign(new Error("down"), { errorCode: "network_error" }));
    },
  ],
  [
    "Django",
    "django_unreachable",
    (): void => {
      msal.onSilent = async () => answer("renewed");
    },
  ],
] as const)("if %s does not answer, the request fails and the session stays: %s", async (who, code, prepare) => {
  const django = scriptedDjango(ADA_VISITS);
  msal = scriptedMsal(ADA);
  prepare();
  if (who === "Django") django.refusals.set("POST", new Response("", { status: 503 }));
  django.onApi = stale;
  const store = await openStore();
  await expect(authorizedFetch("/x")).rejects.toMatchObject({ code });
  expect([session(store), django.visitor]).toEqual([SIGNED_IN, ADA_VISITS]);
});

const CLAIMS = '{"access_token":{"acrs":{"essential":true,"value":"c1"}}}';
const challenge = (): Response =>
  new Response(null, {
    status: 401,
    headers: { "WWW-Authenticate": `Bearer error="insufficient_claims", claims="${btoa(CLAIMS)}"` },
  });

test("a claims challenge is met silently, if Microsoft allows", async () => {
  const django = scriptedDjango(ADA_VISITS);
  msal = scriptedMsal(ADA);
  msal.onSilent = async () => answer("stepped up");
  django.onApi = () => (django.asked().includes("POST") ? new Response("fine") : challenge());
  await openStore();
  expect((await authorizedFetch("/x")).status).toBe(200);
  expect(msal.silents).toMatchObject([{ claims: CLAIMS }]);
});

test("else the person is demanded, and a sign-in asks for the claims, too", async () => {
  const django = scriptedDjango(ADA_VISITS);
  msal = scriptedMsal(ADA);
  msal.onSilent = async () => Promise.reject(interactionRequired());
  msal.onPopup = async () => answer("stepped up");
  django.onApi = challenge;
  const store = await openStore();
  await expect(authorizedFetch("/x")).rejects.toMatchObject({ code: "interaction_required" });
  expect(session(store)).toMatchObject({ ...SIGNED_IN, status: "needs-interaction" });
  await store.signIn();
  expect(session(store)).toEqual(SIGNED_IN);
  expect(msal.popups).toMatchObject([{ claims: CLAIMS, loginHint: "ada@contoso.example" }]);
});

test("401 for another reason asks Django who is signed in: no one, so the response is returned", async () => {
  const django = scriptedDjango(ADA_VISITS);
  const store = await openStore();
  django.visitor = NO_ONE;
  django.onApi = () => problem("not_signed_in", 401);
  expect((await authorizedFetch("/x")).status).toBe(401);
  expect(session(store)).toMatchObject({ status: "signed-out", error: null });
  expect(django.asked()).not.toContain("POST");
});

test("401 because another tab has renewed the session meanwhile: sent once more", async () => {
  const django = scriptedDjango(ADA_VISITS);
  await openStore();
  let refusals = 1;
  django.onApi = () => (refusals-- > 0 ? problem("not_signed_in", 401) : new Response("fine"));
  expect((await authorizedFetch("/x")).status).toBe(200);
});

test("what one person wrote is not sent for another: account_changed", async () => {
  const django = scriptedDjango(ADA_VISITS);
  await openStore();
  django.visitor = BARBARA_VISITS;
  django.onApi = () => problem("not_signed_in", 401);
  await expect(authorizedFetch("/x", { method: "POST", body: "mine" })).rejects.toMatchObject({
    code: "account_changed",
  });
  expect(django.sent.filter(({ path }) => path === "/x")).toHaveLength(1);
});

test("403 is the answer, unless another tab's sign-in changed the CSRF token: sent once more", async () => {
  const django = scriptedDjango(ADA_VISITS);
  const store = await openStore();
  django.onApi = () => new Response(null, { status: 403 });
  expect((await authorizedFetch("/x", { method: "POST" })).status).toBe(403);
  expect(django.sent.filter(({ path }) => path === "/x")).toHaveLength(1);
  const tab = new BroadcastChannel(`django-entrance ${SESSION_URL}`);
  django.onApi = ({ csrf }) => {
    if (csrf === "rotated") return new Response("fine");
    tab.postMessage({ ...ADA_VISITS, csrf_token: "rotated" });
    return new Response(null, { status: 403 });
  };
  const [response] = await Promise.all([
    authorizedFetch("/x", { method: "POST" }),
    vi.waitFor(() => expect(store.django?.csrfToken).toBe("rotated")),
  ]);
  expect([200, 403]).toContain(response.status); // the message may be late
  expect((await authorizedFetch("/x", { method: "POST" })).status).toBe(200);
});

test.each([
  ["Django's page", "<h1>Forbidden</h1><p>CSRF verification failed. Request aborted.</p>"],
  ["REST framework", '{"detail": "CSRF Failed: CSRF token from the \'X-Csrftoken\' HTTP header incorrect."}'],
])("403 of the CSRF check (%s): the token is asked for again, and the request sent once more", async (_, refusal) => {
  const django = scriptedDjango(ADA_VISITS);
  await openStore();
  django.visitor = { ...ADA_VISITS, csrf_token: "rotated" }; // by a login page of Django, which tells nothing
  django.onApi = ({ csrf }) => (csrf === "rotated" ? new Response("fine") : new Response(refusal, { status: 403 }));
  expect(await (await authorizedFetch("/x", { method: "POST", body: "mine" })).text()).toBe("fine");
  expect(django.sent.map(({ method, path, csrf }) => [method, path, csrf]).slice(-3)).toEqual([
    ["POST", "/x", "ada's"],
    ["GET", "/entrance/session/", null],
    ["POST", "/x", "rotated"],
  ]);
  django.onApi = () => new Response(refusal, { status: 403 });
  const asked = django.sent.length;
  expect((await authorizedFetch("/x", { method: "POST" })).status).toBe(403); // the token is the newest: no second time
  expect((await authorizedFetch("/x")).status).toBe(403); // carries no token
  expect(django.sent.slice(asked).map(({ method }) => method)).toEqual(["POST", "GET", "GET"]);
  django.onApi = () => {
    django.visitor = { ...ADA_VISITS, csrf_token: `${django.sent.length}` };
    return new Response(refusal, { status: 403 });
  };
  const before = django.sent.length;
  expect((await authorizedFetch("/x", { method: "POST" })).status).toBe(403); // it did not pass: no third time
  expect(django.sent.slice(before).map(({ method }) => method)).toEqual(["POST", "GET", "POST"]);
});

test("403 that only names CSRF: a token that hides the same secret is no newer one, and nothing is sent twice", async () => {
  const django = scriptedDjango({ ...ADA_VISITS, csrf_token: MASKED });
  const store = await openStore();
  django.visitor = { ...ADA_VISITS, csrf_token: MASKED_ANEW };
  django.onApi = () => new Response("CSRF is a subject of this lesson", { status: 403 });
  expect((await authorizedFetch("/x", { method: "POST" })).status).toBe(403);
  expect(store.django?.csrfToken).toBe(MASKED_ANEW);
  expect(django.sent.filter(({ path }) => path === "/x")).toHaveLength(1);
  django.visitor = { ...ADA_VISITS, csrf_token: OF_ANOTHER_SECRET };
  expect((await authorizedFetch("/x", { method: "POST" })).status).toBe(403);
  expect(django.sent.filter(({ path }) => path === "/x")).toHaveLength(3);
});

test("403 of a view, while the session is read again: a token that hides the same secret sends nothing twice", async () => {
  const django = scriptedDjango({ ...ADA_VISITS, csrf_token: MASKED });
  const store = await openStore();
  vi.stubGlobal("fetch", readAgainMeanwhile(store, fetch));
  django.visitor = { ...ADA_VISITS, csrf_token: MASKED_ANEW };
  django.onApi = () => new Response("no", { status: 403 });
  expect((await authorizedFetch("/x", { method: "POST" })).status).toBe(403);
  expect(store.django?.csrfToken).toBe(MASKED_ANEW);
  expect(django.sent.filter(({ path }) => path === "/x")).toHaveLength(1);
});

test.each([
  ["POST", 1],
  ["GET", 2],
])(
  "%s: a refusal of the page where a redirect led is no refusal of what was done: sent %i times",
  async (method, times) => {
    const django = scriptedDjango(ADA_VISITS);
    await openStore();
    django.onApi = () => Object.defineProperty(problem("not_signed_in", 401), "redirected", { value: true });
    expect((await authorizedFetch("/x", { method })).status).toBe(401);
    expect(django.sent.filter(({ path }) => path === "/x")).toHaveLength(times);
  },
);

/** Returns a fetch during which the page asks again who is signed in, as when its tab is shown. */
function readAgainMeanwhile(store: SessionStore, plain: typeof fetch): typeof fetch {
  return async (input, init) => {
    if (new Request(input).method === "POST") await store.django?.look();
    return plain(input, init);
  };
}

test("403 of the CSRF check: another person, who signed in meanwhile, does not send it", async () => {
  const django = scriptedDjango(ADA_VISITS);
  await openStore();
  django.visitor = BARBARA_VISITS;
  django.onApi = () => new Response("CSRF verification failed.", { status: 403 });
  await expect(authorizedFetch("/x", { method: "POST", body: "mine" })).rejects.toMatchObject({
    code: "account_changed",
  });
  expect(django.sent.filter(({ path }) => path === "/x")).toHaveLength(1);
});

test("only requests that change something carry the CSRF token, and they stay at the page's origin", async () => {
  const django = scriptedDjango(ADA_VISITS);
  await openStore();
  for (const method of ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]) await authorizedFetch("/x", { method });
  expect(django.sent.slice(-6).map(({ method, csrf, mode }) => [method, csrf, mode])).toEqual([
    ["GET", null, "cors"],
    ["HEAD", null, "cors"],
    ["POST", "ada's", "same-origin"],
    ["PUT", "ada's", "same-origin"],
    ["PATCH", "ada's", "same-origin"],
    ["DELETE", "ada's", "same-origin"],
  ]);
});

test("at Django's own address, too, a proof follows no redirect to another origin", async () => {
  const django = scriptedDjango();
  const store = await openStore();
  await store.signIn();
  await store.signOut();
  const asked = django.sent.filter(({ path }) => path.endsWith("/session/"));
  expect(asked.map(({ method, mode }) => [method, mode])).toEqual([
    ["GET", "cors"],
    ["POST", "same-origin"],
    ["GET", "cors"],
    ["DELETE", "same-origin"],
  ]);
});

test("a page cannot see where another origin redirects: there the CSRF token follows none", async () => {
  const sent: Request[] = [];
  vi.stubGlobal("fetch", async (input: RequestInfo | URL, init?: RequestInit) => {
    const request = new Request(input, init);
    sent.push(request);
    return Response.json(request.url.endsWith(".json") ? CONFIG : ADA_VISITS);
  });
  const source = { apiOrigins: ["https://api.contoso.example"], redirectUri: "/redirect.html" };
  const config = "https://api.contoso.example/entrance/config.json";
  const store = new SessionStore({ ...source, session: "django", config }, () => msal);
  await fetchThrough(store, "https://api.contoso.example/x");
  await fetchThrough(store, "https://api.contoso.example/x", { method: "POST" });
  const toApi = sent.filter(({ url }) => url.endsWith("/x"));
  expect(toApi.map(({ headers, redirect }) => [headers.get("X-CSRFToken"), redirect])).toEqual([
    [null, "follow"],
    ["ada's", "error"],
  ]);
});

test.each<[string, unknown]>([
  ["a text", "hello"],
  ["nothing", null],
  ["a list", []],
  ["no CSRF token", { ...ADA_VISITS, csrf_token: "" }],
  ["no name", { ...ADA_VISITS, user: { username: "x" } }],
  ["a user name that is none", { ...ADA_VISITS, user: { username: {}, name: "X" } }],
  ["an id that is none", { ...ADA_VISITS, entra: { ...ADA_VISITS.entra, object_id: 1 } }],
  ["groups that are no list", { ...ADA_VISITS, groups: "admins" }],
  ["a role that is no text", { ...ADA_VISITS, entra: { ...ADA_VISITS.entra, app_roles: [null] } }],
])("a message of another page that is no session changes nothing: %s; the next one counts", async (_, message) => {
  scriptedDjango(BARBARA_VISITS);
  const store = await openStore();
  const seen: unknown[] = [];
  store.subscribe(() => seen.push(store.account?.username));
  const tab = new BroadcastChannel(`django-entrance ${SESSION_URL}`);
  tab.postMessage(message);
  tab.postMessage({ ...ADA_VISITS, groups: ["admins"] });
  await vi.waitFor(() => expect(session(store)).toMatchObject({ account: ADA_ACCOUNT, groups: ["admins"] }));
  expect(seen).toEqual(["ada@contoso.example"]);
});

test("an answer without the person's name is no session", async () => {
  scriptedDjango({ ...ADA_VISITS, user: { username: "x" } } as unknown as Visitor);
  const store = makeStore();
  await expect(store.opened()).rejects.toMatchObject({ code: "django_unreachable" });
});

test("sign-out ends the Django session with a fresh CSRF token, and MSAL's tokens, and stays on the page", async () => {
  const django = scriptedDjango(ADA_VISITS);
  const store = await openStore();
  msal = scriptedMsal(ADA);
  msal.getAllAccounts = () => [{ ...ADA, idTokenClaims: {} }];
  const clearCache = vi.fn(async () => {});
  msal.clearCache = clearCache;
  django.visitor = { ...ADA_VISITS, csrf_token: "rotated" };
  await store.signOut();
  expect(django.sent.filter(({ method }) => method === "DELETE")).toMatchObject([{ csrf: "rotated" }]);
  expect(session(store)).toMatchObject({ status: "signed-out", error: null });
  expect(clearCache).toHaveBeenCalledOnce();
  expect(msal.logouts).toEqual([]);
});

test("sign-out everywhere ends Microsoft's session, too", async () => {
  const django = scriptedDjango(ADA_VISITS);
  const store = await openStore();
  await store.signOut({ everywhere: true });
  expect([django.asked().at(-1), msal.logouts.length]).toEqual(["DELETE", 1]);
});

test("sign-out everywhere of an own login does not lead to Microsoft", async () => {
  scriptedDjango(BARBARA_VISITS);
  const store = await openStore();
  await store.signOut({ everywhere: true });
  expect([session(store), msal.logouts]).toMatchObject([{ status: "signed-out", error: null }, []]);
});

test("a sign-out that Django did not hear of leaves the person signed in, with the reason", async () => {
  const django = scriptedDjango(ADA_VISITS);
  const store = await openStore();
  django.refusals.set("DELETE", new TypeError("offline"));
  await store.signOut({ everywhere: true });
  expect(store.getSnapshot()).toMatchObject({ session: SIGNED_IN, error: { code: "django_unreachable" } });
  expect(msal.logouts).toEqual([]);
});

test("tabs agree: sign-in and sign-out", async () => {
  scriptedDjango();
  const [one, other] = [await openStore(), await openStore()];
  await Promise.all([one.ready(), other.ready()]); // they share what a tab has of its own
  await one.signIn();
  await vi.waitFor(() => expect(session(other)).toEqual(SIGNED_IN));
  await other.signOut();
  await vi.waitFor(() => expect(session(one)).toMatchObject({ status: "signed-out", error: null }));
});

test("a tab that is shown again, and refresh, see a login that Django's own pages made", async () => {
  const django = scriptedDjango();
  const [one, other] = [await openStore(), await openStore()];
  django.visitor = BARBARA_VISITS;
  await one.refresh();
  expect(session(one)).toEqual(BARBARA);
  await vi.waitFor(() => expect(session(other)).toEqual(BARBARA));
  django.visitor = NO_ONE;
  document.dispatchEvent(new Event("visibilitychange"));
  await vi.waitFor(() => expect(session(one)).toMatchObject({ status: "signed-out", error: null }));
});

test("an answer that is older than a sign-in does not undo it", async () => {
  const django = scriptedDjango();
  const store = await openStore();
  let late = (): void => {};
  const slow = new Promise<string>((resolve) => (late = () => resolve(JSON.stringify(NO_ONE))));
  const response = new Response();
  response.text = () => slow;
  response.json = async () => JSON.parse(await slow);
  django.refusals.set("GET", response);
  const refreshing = store.refresh();
  await store.signIn();
  late();
  await refreshing;
  expect(session(store)).toEqual(SIGNED_IN);
});

test("connecting asks Microsoft without a session of that person, and keeps the own login's", async () => {
  const django = scriptedDjango(BARBARA_VISITS);
  django.onApi = ({ bearer }) =>
    new Response(JSON.stringify(bearer ? { user: "barbara" } : { ticket: "t", expires_in: 300 }));
  const store = await openStore();
  msal.onSilent = async () => answer("of ada");
  expect(await connectMicrosoft(store, {}, {})).toEqual({ ok: true, user: "barbara" });
  expect(django.sent.slice(1)).toMatchObject([
    { path: "/entrance/account/connect/", bearer: null, csrf: "barbara's" },
    { path: "/entrance/account/connect/", bearer: "Bearer of ada", csrf: null },
  ]);
  expect([session(store), recall()]).toEqual([BARBARA, null]);
});

test("connecting goes on after a redirect with one more click, without another window", async () => {
  const django = scriptedDjango(BARBARA_VISITS);
  django.onApi = ({ bearer }) => new Response(JSON.stringify(bearer ? { user: "barbara" } : { ticket: "t" }));
  msal.onPopup = async () => Promise.reject(popupBlocked());
  void connectMicrosoft(await openStore(), {}, {});
  await vi.waitFor(() => expect(msal.redirects).toHaveLength(1));
  msal.onReturn = async () => answer("by redirect");
  msal.onSilent = async () => answer("of ada");
  const store = await openStore();
  expect(await connectMicrosoft(store, {}, {})).toEqual({ ok: true, user: "barbara" });
  expect(msal.popups).toHaveLength(1);
  expect(session(store)).toEqual(BARBARA);
});

test("the session has the app roles and Django groups of the person, and a change of them shows", async () => {
  const entra = { ...(ADA_VISITS.entra as NonNullable<Visitor["entra"]>), app_roles: ["Editor"] };
  const django = scriptedDjango({ ...ADA_VISITS, entra, groups: ["editors"] });
  const store = await openStore();
  expect(session(store)).toMatchObject({ status: "signed-in", roles: ["Editor"], groups: ["editors"] });
  const before = session(store);
  await store.refresh();
  expect(session(store)).toBe(before);
  django.visitor = { ...ADA_VISITS, entra, groups: [] };
  await store.refresh();
  expect(session(store)).toMatchObject({ status: "signed-in", roles: ["Editor"], groups: [] });
});
