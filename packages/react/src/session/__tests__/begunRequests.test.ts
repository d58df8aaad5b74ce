/** A request is sent only as the person, or the no one, who was signed in when it was made. */

import { beforeEach, expect, test, vi } from "vitest";
import { ADA_VISITS, BARBARA_VISITS, NO_ONE, SESSION_URL, scriptedDjango } from "../../__tests__/scriptedDjango.js";
import { ADA, ADA_ACCOUNT, answer, CONFIG, type ScriptedMsal, scriptedMsal } from "../../__tests__/scriptedMsal.js";
import { TokenLogin } from "../../__tests__/tokenLogin.js";
import type { Account } from "../account.js";
import { begunFor } from "../begun.js";
import type { ConfigSource } from "../config/config.js";
import type { Visitor } from "../django/visitor.js";
import { plugOwnLogin } from "../own/ownLogin.js";
import { fetchThrough } from "../requests/authorizedFetch.js";
import { tokenOf } from "../requests/getAccessToken.js";
import { SessionStore } from "../session.js";

const BARBARA: Account = { name: "Barbara", username: "barbara", tenantId: "", objectId: "" };
const API = "https://api.contoso.example";

let msal: ScriptedMsal;
let login: TokenLogin;
/** Ends the wait for MSAL. */
let arrive: () => void;
let sent: (string | null)[];

beforeEach(() => {
  msal = scriptedMsal();
  msal.onSilent = async () => answer("of ada");
  login = new TokenLogin(null);
  arrive = () => {};
  sent = [];
  vi.stubGlobal("requestIdleCallback", () => 0);
  vi.stubGlobal("fetch", async (request: Request) => {
    sent.push(request.headers.get("Authorization"));
    return new Response("fine");
  });
});

/** Makes a session with an MSAL that arrives late. */
function makeStore(source: Partial<ConfigSource> = {}): SessionStore {
  const loaded = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  const store = new SessionStore({ config: CONFIG, ...source }, () => loaded.then(() => msal));
  plugOwnLogin(store, login);
  return store;
}

const outcome = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    (found) => (found instanceof Response ? found.status : found),
    (error) => error.code ?? error,
  );

test.each<[string, Account | null, Account | null, string | null]>([
  ["the same person, renamed", ADA_ACCOUNT, { ...ADA_ACCOUNT, name: "Countess", username: "countess" }, null],
  ["another person of Microsoft's", ADA_ACCOUNT, { ...ADA_ACCOUNT, objectId: "b" }, "account_changed"],
  ["the same person in another tenant", ADA_ACCOUNT, { ...ADA_ACCOUNT, tenantId: "b" }, "account_changed"],
  ["an own account", ADA_ACCOUNT, BARBARA, "account_changed"],
  ["the same own account", BARBARA, { ...BARBARA, name: "B." }, null],
  ["another own account", BARBARA, { ...BARBARA, username: "carol" }, "account_changed"],
  ["no one after someone", BARBARA, null, "not_signed_in"],
  ["someone after no one", null, BARBARA, "account_changed"],
  ["no one", null, null, null],
])("%s", async (_, before, now, code) => {
  const session = { account: before };
  const check = begunFor(session);
  session.account = now;
  expect(await outcome((async () => check())())).toBe(code ?? undefined);
});

test.each([
  ["Barbara", (): void => login.keep("own"), [200, ["Bearer own"]]],
  ["no one else", (): void => {}, [200, ["Bearer of ada"]]],
])("while the session starts, %s signs in by the own login: the request is hers", async (_, meanwhile, expected) => {
  msal = scriptedMsal(ADA);
  msal.onSilent = async () => answer("of ada");
  const store = makeStore();
  store.start();
  const fetched = outcome(fetchThrough(store, "/x", { authorization: "optional" }));
  meanwhile();
  arrive();
  expect([await fetched, sent]).toEqual(expected);
});

test.each([
  ["Barbara signs in by the own login", (): void => login.keep("own"), "not_signed_in"],
  ["no one else signs in", (): void => {}, "of ada"],
])("while the session starts, %s: getAccessToken", async (_, meanwhile, expected) => {
  msal = scriptedMsal(ADA);
  msal.onSilent = async () => answer("of ada");
  const store = makeStore();
  store.start();
  const token = outcome(tokenOf(store, {}));
  meanwhile();
  arrive();
  expect(await token).toBe(expected);
});

test("a request that was made signed out does not go as who signs in while MSAL loads; the next one does", async () => {
  const store = makeStore();
  await store.opened();
  const fetched = outcome(fetchThrough(store, "/x", { method: "POST", body: "{}" }));
  msal.setActiveAccount(ADA); // in another tab
  arrive();
  expect([await fetched, sent]).toEqual(["account_changed", []]);
  expect(await outcome(fetchThrough(store, "/x", { method: "POST", body: "{}" }))).toBe(200);
});

test("a session that failed and heals is no one's change", async () => {
  const { fetch } = globalThis;
  let isOffline = true;
  vi.stubGlobal("fetch", async (input: Request | string) => {
    if (isOffline) throw new TypeError("offline");
    return String(input).endsWith("config.json") ? Response.json(CONFIG) : fetch(input);
  });
  msal = scriptedMsal(ADA);
  msal.onSilent = async () => answer("of ada");
  const store = makeStore({ config: "/entrance/config.json" });
  await store.opened().catch(() => {});
  isOffline = false;
  dispatchEvent(new Event("online"));
  const { status } = store.getSnapshot().session;
  const fetched = outcome(fetchThrough(store, "/x"));
  arrive();
  expect([status, await fetched, sent]).toEqual(["failed", 200, ["Bearer of ada"]]);
});

test.each([
  ["Barbara", BARBARA_VISITS, "account_changed"],
  ["no one", NO_ONE, "not_signed_in"],
  ["Ada", ADA_VISITS, "of ada"],
])("getAccessToken beside Django, and the session is %s's by the time of the answer", async (_, visitor, expected) => {
  scriptedDjango(ADA_VISITS);
  let finish = (): void => {};
  msal = scriptedMsal(ADA);
  msal.onSilent = () =>
    new Promise((resolve) => {
      finish = () => resolve(answer("of ada"));
    });
  const store = makeStore({ session: "django" });
  await store.opened();
  const token = outcome(tokenOf(store, {}));
  arrive();
  await vi.waitFor(() => expect(msal.silents).toHaveLength(1));
  await tellTab(store, visitor, SESSION_URL);
  finish();
  expect(await token).toBe(expected);
});

test.each([
  ["Barbara", BARBARA_VISITS, "account_changed", []],
  ["Ada", { ...ADA_VISITS, csrf_token: "new" }, 200, ["new"]],
])("config.json of a Django elsewhere loads, and the session is %s's then", async (_, visitor, expected, tokens) => {
  const csrf: (string | null)[] = [];
  let load = (): void => {};
  vi.stubGlobal("fetch", async (input: RequestInfo | URL, init?: RequestInit) => {
    const { url, headers } = new Request(input, init);
    if (url.endsWith("/session/")) return Response.json(ADA_VISITS);
    if (!url.endsWith("config.json")) return csrf.push(headers.get("X-CSRFToken")) && new Response("fine");
    await new Promise<void>((resolve) => {
      load = resolve;
    });
    return Response.json({ ...CONFIG, redirectUri: "http://localhost:8000/r", apiOrigins: [API] });
  });
  const store = makeStore({ session: "django", config: `${API}/entrance/config.json` });
  await store.opened();
  const fetched = outcome(fetchThrough(store, `${API}/pay`, { method: "POST", body: "{}" }));
  await tellTab(store, visitor, `${API}/entrance/session/`);
  load();
  expect([await fetched, csrf]).toEqual([expected, tokens]);
});

/** Tells what another tab tells, and waits until this one has heard it. */
async function tellTab(store: SessionStore, visitor: Visitor, url: string): Promise<void> {
  new BroadcastChannel(`django-entrance ${url}`).postMessage(visitor);
  const username = visitor.user?.username ?? null;
  await vi.waitFor(() =>
    expect([store.django?.username, store.django?.csrfToken]).toEqual([username, visitor.csrf_token]),
  );
}

test.each([
  ["Carol", "carol", "next"],
  ["Barbara", "barbara", null],
])("a late 401 of Barbara's request, and %s is signed in by then", async (_, username, expected) => {
  const answers: ((response: Response) => void)[] = [];
  vi.stubGlobal("fetch", () => new Promise<Response>((resolve) => answers.push(resolve)));
  login.keep("next");
  const store = makeStore();
  await store.opened();
  const late = fetchThrough(store, "/x");
  await vi.waitFor(() => expect(answers).toHaveLength(1));
  login.keep("next", username);
  answers[0]?.(new Response(null, { status: 401 }));
  expect([(await late).status, login.token]).toEqual([401, expected]);
});

test.each([
  ["ends", null, "not_signed_in", []],
  ["goes on", "own", 200, ["Bearer own"]],
])("an own login that %s while config.json loads", async (_, token, expected, tokens) => {
  let load: (() => void) | null = null;
  vi.stubGlobal("fetch", async (input: RequestInfo | URL, init?: RequestInit) => {
    const { url, headers } = new Request(input, init);
    if (!url.endsWith("config.json")) return sent.push(headers.get("Authorization")) && new Response("fine");
    await new Promise<void>((resolve) => {
      load = resolve;
    });
    return Response.json({ ...CONFIG, apiOrigins: [API] });
  });
  login.keep("own");
  login.authorize = (headers) => headers.set("Authorization", `Bearer ${login.token?.slice(0)}`);
  const store = makeStore({ config: "/entrance/config.json" });
  await store.opened();
  const fetched = outcome(fetchThrough(store, `${API}/x`));
  await vi.waitFor(() => expect(load).not.toBeNull());
  login.keep(token);
  (load as (() => void) | null)?.();
  expect([await fetched, sent]).toEqual([expected, tokens]);
});

test("an own login that ends while it proves, and throws for it: not_signed_in", async () => {
  login.keep("own");
  login.authorize = () => {
    login.keep(null);
    throw new TypeError("null has no token");
  };
  const store = makeStore();
  await store.opened();
  expect(await outcome(fetchThrough(store, "/x"))).toBe("not_signed_in");
});
