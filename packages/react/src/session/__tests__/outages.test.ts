/** What a page shows while a part of its sign-in gives no answer, and that it heals without a click. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ADA_VISITS, NO_ONE, SESSION_URL, scriptedDjango } from "../../__tests__/scriptedDjango.js";
import { ADA, ADA_ACCOUNT, answer, CONFIG, type ScriptedMsal, scriptedMsal } from "../../__tests__/scriptedMsal.js";
import { EntranceError } from "../errors.js";
import { SessionStore } from "../session.js";

const OK = async (): Promise<Response> => new Response(JSON.stringify(CONFIG));
const status = (code: number) => async (): Promise<Response> => new Response("", { status: code });
const DOWN = async (): Promise<Response> => Promise.reject(new TypeError("Failed to fetch"));
const HANGING = (): Promise<never> => new Promise<never>(() => {});

let msal: ScriptedMsal;

beforeEach(() => {
  vi.useFakeTimers();
  msal = scriptedMsal();
});
afterEach(() => void vi.useRealTimers());

const offline = (is: boolean): void => void vi.spyOn(navigator, "onLine", "get").mockReturnValue(!is);
const settle = (ms = 0): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);
const session = (store: SessionStore): unknown => store.getSnapshot().session;

test.each([
  ["does not answer", HANGING, "config_unreachable"],
  ["answers 503", status(503), "config_unreachable"],
  ["answers 429", status(429), "config_unreachable"],
  ["cannot be reached", DOWN, "config_unreachable"],
])("config.json %s: failed within ten seconds, and healed without a click", async (_, respond, code) => {
  vi.stubGlobal("fetch", respond);
  const store = new SessionStore({ config: "/entrance/config.json" }, () => msal);
  store.start();
  await settle(9_999);
  expect(session(store)).toMatchObject({ status: "failed", error: { code } });
  vi.stubGlobal("fetch", OK);
  await settle(30_000);
  expect(session(store)).toMatchObject({ status: "signed-out", error: null });
});

test("a page that began offline heals when the network is back", async () => {
  offline(true);
  vi.stubGlobal("fetch", DOWN);
  const store = new SessionStore({ config: "/entrance/config.json" }, () => msal);
  store.start();
  await settle();
  expect(session(store)).toMatchObject({ status: "failed", error: { code: "offline" } });
  offline(false);
  vi.stubGlobal("fetch", OK);
  dispatchEvent(new Event("online"));
  await settle();
  expect(session(store)).toMatchObject({ status: "signed-out", error: null });
});

test("while it heals by itself, the error stays on the page", async () => {
  vi.stubGlobal("fetch", status(503));
  const store = new SessionStore({ config: "/entrance/config.json" }, () => msal);
  store.start();
  const seen = new Set<string>();
  await settle();
  store.subscribe(() => seen.add(store.getSnapshot().session.status));
  await settle(30_000);
  expect([...seen]).toEqual(["failed"]);
});

test("settings that are wrong do not heal", async () => {
  const fetch = vi.fn(async () => new Response("{}"));
  vi.stubGlobal("fetch", fetch);
  const store = new SessionStore({ config: "/entrance/config.json" }, () => msal);
  store.start();
  await settle(120_000);
  expect(session(store)).toMatchObject({ status: "failed", error: { code: "config_invalid" } });
  expect(fetch).toHaveBeenCalledOnce();
});

test("a library that did not load makes it failed where Microsoft may know the person, and is loaded again", async () => {
  let isLost = true;
  msal = scriptedMsal(ADA);
  const store = new SessionStore({ config: CONFIG }, async () => {
    if (isLost) throw new EntranceError("library_unreachable");
    return msal;
  });
  store.start();
  await settle();
  expect(session(store)).toMatchObject({ status: "failed", error: { code: "library_unreachable" } });
  isLost = false;
  await settle(2_000);
  expect(session(store)).toMatchObject({ status: "signed-in", account: ADA_ACCOUNT });
});

test("else it is the error of the signed-out session, and a click loads it again", async () => {
  let isLost = true;
  msal.onPopup = async () => answer("of ada");
  const store = new SessionStore({ config: CONFIG }, async () => {
    if (isLost) throw new EntranceError("library_unreachable");
    return msal;
  });
  await store.opened();
  expect(session(store)).toMatchObject({ status: "signed-out", error: null });
  await settle(50);
  expect(session(store)).toMatchObject({ status: "signed-out", error: { code: "library_unreachable" } });
  isLost = false;
  expect(await store.signIn()).toEqual({ ok: true, account: ADA_ACCOUNT });
  expect(session(store)).toMatchObject({ status: "signed-in", account: ADA_ACCOUNT });
});

test.each([
  ["does not answer", HANGING],
  ["answers 503", status(503)],
  ["answers 429", status(429)],
  ["answers 404", status(404)],
  ["answers a page of HTML", async () => new Response("<html>")],
  ["cannot be reached", DOWN],
])("session/ %s: failed within ten seconds, and healed without a click", async (_, respond) => {
  vi.stubGlobal("fetch", respond);
  const store = new SessionStore({ config: CONFIG, session: "django" }, () => msal);
  store.start();
  await settle(9_999);
  expect(session(store)).toMatchObject({ status: "failed", error: { code: "django_unreachable" } });
  scriptedDjango(ADA_VISITS);
  await settle(30_000);
  expect(session(store)).toMatchObject({ status: "signed-in", account: ADA_ACCOUNT, via: "entra" });
});

test("a session/ that is not there is named with its address, and another refusal is not", async () => {
  const refusalOf = async (code: number): Promise<unknown> => {
    vi.stubGlobal("fetch", status(code));
    const store = new SessionStore({ config: CONFIG, session: "django" }, () => msal);
    store.start();
    await settle();
    return session(store);
  };
  const message = `This site did not say at ${SESSION_URL} whether you are signed in: the server answered 404.`;
  expect(await refusalOf(404)).toMatchObject({ status: "failed", error: { code: "django_unreachable", message } });
  expect(await refusalOf(405)).toMatchObject({ status: "failed", error: { code: "unexpected" } });
});

test("beside a Django session of no one, MSAL is loaded again, and the error goes", async () => {
  scriptedDjango(NO_ONE);
  let isLost = true;
  const store = new SessionStore({ config: CONFIG, session: "django" }, async () => {
    if (isLost) throw new EntranceError("library_unreachable");
    return msal;
  });
  store.start();
  await settle(50);
  expect(session(store)).toMatchObject({ status: "signed-out", error: { code: "library_unreachable" } });
  isLost = false;
  await settle(2_000);
  expect(session(store)).toMatchObject({ status: "signed-out", error: null });
});

test("an exchange that gets no answer ends within ten seconds, and the next click works", async () => {
  const django = scriptedDjango(NO_ONE);
  msal.onPopup = async () => answer("of ada");
  const store = new SessionStore({ config: CONFIG, session: "django" }, () => msal);
  store.start();
  await settle();
  vi.stubGlobal("fetch", HANGING);
  const result = store.signIn();
  await settle(9_999);
  expect(await result).toMatchObject({ ok: false, error: { code: "django_unreachable" } });
  expect(session(store)).toMatchObject({ status: "signed-out", error: { code: "django_unreachable" } });
  scriptedDjango(django.visitor);
  expect(await store.signIn()).toEqual({ ok: true, account: ADA_ACCOUNT });
});

test("a refusal of Django is a refusal, whatever its status", async () => {
  const django = scriptedDjango(NO_ONE);
  const reason = { type: "urn:django-entrance:graph_unreachable", title: "No groups", detail: "Try again." };
  django.refusals.set("POST", new Response(JSON.stringify(reason), { status: 503 }));
  msal.onPopup = async () => answer("of ada");
  const store = new SessionStore({ config: CONFIG, session: "django" }, () => msal);
  expect(await store.signIn()).toMatchObject({ ok: false, error: { code: "graph_unreachable" } });
});

test.each([
  ["is right", DOWN, { ok: false, error: { code: "offline" } }, 0],
  ["is wrong, because Microsoft answers", OK, { ok: true }, 1],
])("a click while the browser says that it is offline, and %s", async (_, respond, result, opened) => {
  msal.onPopup = async () => answer("of ada");
  const store = new SessionStore({ config: CONFIG }, () => msal);
  await store.ready();
  offline(true);
  vi.stubGlobal("fetch", respond);
  expect(await store.signIn()).toMatchObject(result);
  expect(msal.popups).toHaveLength(opened);
});
