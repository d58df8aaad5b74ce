import { BrowserAuthError, EventType } from "@azure/msal-browser";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import {
  ADA,
  ADA_ACCOUNT,
  answer,
  CONFIG,
  notAssigned,
  type ScriptedMsal,
  scriptedMsal,
} from "../../__tests__/scriptedMsal.js";
import { SessionStore } from "../session.js";

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(document, "hasFocus").mockReturnValue(true);
});
afterEach(() => vi.useRealTimers());

const sessionOf = (msal: ScriptedMsal): SessionStore => new SessionStore({ config: CONFIG }, () => msal);

async function started(msal: ScriptedMsal): Promise<SessionStore> {
  const store = sessionOf(msal);
  await store.ready();
  return store;
}

test("a session that nobody started is starting", () => {
  expect(sessionOf(scriptedMsal()).getSnapshot()).toMatchObject({
    session: { status: "starting" },
    busy: false,
    error: null,
  });
});

test("without an active account it becomes signed-out", async () => {
  const store = await started(scriptedMsal());
  expect(store.getSnapshot().session).toEqual({ status: "signed-out", error: null });
});

test("with an active account it becomes signed-in", async () => {
  const store = await started(scriptedMsal(ADA));
  expect(store.getSnapshot().session).toEqual({ status: "signed-in", account: ADA_ACCOUNT });
});

test("starting twice makes one instance", async () => {
  const create = vi.fn(() => scriptedMsal());
  const store = new SessionStore({ config: CONFIG }, create);
  store.start();
  store.start();
  await store.ready();
  expect(create).toHaveBeenCalledOnce();
});

test("a configuration that cannot be loaded makes it failed, and retry starts again", async () => {
  const fetch = vi.fn(async () => new Response(JSON.stringify(CONFIG)));
  fetch.mockResolvedValueOnce(new Response("", { status: 503 }));
  vi.stubGlobal("fetch", fetch);
  const store = new SessionStore({ config: "/entrance/config.json" }, () => scriptedMsal());
  await expect(store.ready()).rejects.toMatchObject({ code: "config_unreachable" });
  const { session } = store.getSnapshot();
  expect(session).toMatchObject({ status: "failed", error: { code: "config_unreachable" } });
  if (session.status === "failed") session.retry();
  expect(store.getSnapshot().session).toEqual({ status: "starting" });
  await store.ready();
  expect(store.getSnapshot().session).toEqual({ status: "signed-out", error: null });
});

test("a browser without storage makes it failed: storage_unavailable", async () => {
  const store = new SessionStore({ config: CONFIG }, () => {
    throw new DOMException("denied", "SecurityError");
  });
  await expect(store.ready()).rejects.toMatchObject({ code: "storage_unavailable" });
  expect(store.getSnapshot().session).toMatchObject({ status: "failed", error: { code: "storage_unavailable" } });
});

test("a redirect that came back with an answer signs in", async () => {
  const msal = scriptedMsal();
  msal.onReturn = async () => answer("one");
  expect((await started(msal)).getSnapshot().session).toEqual({ status: "signed-in", account: ADA_ACCOUNT });
});

test("a redirect that came back refused is the error of the signed-out session", async () => {
  const msal = scriptedMsal();
  msal.onReturn = async () => Promise.reject(notAssigned());
  expect((await started(msal)).getSnapshot().session).toMatchObject({
    status: "signed-out",
    error: { code: "not_assigned" },
  });
});

test("signIn asks for the API's scopes at once, so that one code gives the API's token", async () => {
  const msal = scriptedMsal();
  const store = await started(msal);
  void store.signIn({ loginHint: "ada@contoso.example", prompt: "select_account" });
  expect(msal.popups).toMatchObject([
    { scopes: CONFIG.scopes, loginHint: "ada@contoso.example", prompt: "select_account" },
  ]);
  expect(store.getSnapshot().busy).toBe(true);
});

test("signIn gives the account and the session follows", async () => {
  const msal = scriptedMsal();
  msal.onPopup = async () => answer("one");
  const store = await started(msal);
  expect(await store.signIn()).toEqual({ ok: true, account: ADA_ACCOUNT });
  expect(store.getSnapshot()).toMatchObject({ session: { status: "signed-in" }, busy: false, error: null });
});

test("signIn waits for a session that is still starting", async () => {
  const msal = scriptedMsal();
  msal.onPopup = async () => answer("one");
  expect(await sessionOf(msal).signIn()).toMatchObject({ ok: true });
});

test("signIn of a failed session says why it failed", async () => {
  const store = new SessionStore({ config: { ...CONFIG, clientId: "" } }, () => scriptedMsal());
  expect(await store.signIn()).toMatchObject({ ok: false, error: { code: "config_invalid" } });
});

test("a refused sign-in is a value, and the error of the session", async () => {
  const msal = scriptedMsal();
  msal.onPopup = async () => Promise.reject(notAssigned());
  const store = await started(msal);
  const result = await store.signIn();
  expect(result).toMatchObject({ ok: false, error: { code: "not_assigned" } });
  expect(store.getSnapshot()).toMatchObject({
    session: { status: "signed-out", error: { code: "not_assigned" } },
    busy: false,
  });
});

test("the next sign-in forgets the last one's error", async () => {
  const msal = scriptedMsal();
  msal.onPopup = async () => Promise.reject(notAssigned());
  const store = await started(msal);
  await store.signIn();
  msal.onPopup = async () => answer("one");
  await store.signIn();
  expect(store.getSnapshot().error).toBeNull();
});

test("signIn while the window is open brings it to the front and shares its result", async () => {
  const msal = scriptedMsal();
  let finish = (): void => {};
  msal.onPopup = () => new Promise((resolve) => (finish = () => resolve(answer("one"))));
  const store = await started(msal);
  const first = store.signIn();
  const popup = msal.openWindow();
  const second = store.signIn();
  finish();
  expect(await Promise.all([first, second])).toEqual([
    { ok: true, account: ADA_ACCOUNT },
    { ok: true, account: ADA_ACCOUNT },
  ]);
  expect([msal.popups.length, popup.focused]).toEqual([1, 1]);
});

test("signIn right after the window was closed opens a new one, and the old one's end changes nothing", async () => {
  const msal = scriptedMsal();
  const store = await started(msal);
  const first = store.signIn();
  msal.openWindow().closed = true;
  void store.signIn();
  msal.openWindow();
  await vi.advanceTimersByTimeAsync(500);
  expect(await first).toMatchObject({ ok: false, error: { code: "popup_closed" } });
  expect(store.getSnapshot()).toMatchObject({ busy: true, error: null });
  expect(msal.popups).toHaveLength(2);
});

test("after a closed window was noticed nothing is busy and the next signIn works", async () => {
  const msal = scriptedMsal();
  const store = await started(msal);
  const first = store.signIn();
  msal.openWindow().closed = true;
  await vi.advanceTimersByTimeAsync(500);
  expect(await first).toMatchObject({ ok: false, error: { code: "popup_closed" } });
  expect(store.getSnapshot().busy).toBe(false);
  msal.onPopup = async () => answer("one");
  expect(await store.signIn()).toMatchObject({ ok: true });
});

test("after a closed window the next signIn offers the choice of accounts", async () => {
  const msal = scriptedMsal();
  const store = await started(msal);
  const first = store.signIn();
  msal.openWindow().closed = true;
  await vi.advanceTimersByTimeAsync(500);
  await first;
  void store.signIn();
  expect(msal.popups.map(({ prompt }) => prompt)).toEqual([undefined, "select_account"]);
});

test("after a failure that is not the account's fault it does not", async () => {
  const msal = scriptedMsal();
  msal.onPopup = async () => Promise.reject(new BrowserAuthError("post_request_failed", "42"));
  const store = await started(msal);
  await store.signIn();
  await store.signIn();
  expect(msal.popups.map(({ prompt }) => prompt)).toEqual([undefined, undefined]);
});

test("cancel ends the sign-in: sign_in_cancelled", async () => {
  const msal = scriptedMsal();
  const store = await started(msal);
  const result = store.signIn();
  store.cancel();
  expect(await result).toMatchObject({ ok: false, error: { code: "sign_in_cancelled" } });
  expect(store.getSnapshot().busy).toBe(false);
});

test("signOut leaves for Microsoft with the active account", async () => {
  const msal = scriptedMsal(ADA);
  const store = await started(msal);
  void store.signOut();
  await vi.advanceTimersByTimeAsync(0);
  expect(msal.logouts).toEqual([{ account: ADA }]);
});

test("signOut works although an abandoned window still claims MSAL", async () => {
  const msal = scriptedMsal(ADA);
  const onLogout = vi.fn(async () => {}).mockRejectedValueOnce(new BrowserAuthError("interaction_in_progress", "42"));
  msal.onLogout = onLogout;
  const store = await started(msal);
  await store.signOut();
  expect(onLogout).toHaveBeenCalledTimes(2);
});

test("a sign-out that fails is a value too", async () => {
  const msal = scriptedMsal(ADA);
  msal.onLogout = async () => Promise.reject(new BrowserAuthError("no_network_connectivity", "42"));
  const store = await started(msal);
  await store.signOut();
  expect(store.getSnapshot().error).toMatchObject({ code: "network" });
});

test("a sign-out in another tab is noticed", async () => {
  const msal = scriptedMsal(ADA);
  const store = await started(msal);
  msal.getActiveAccount = () => null;
  msal.emit(EventType.LOGOUT_SUCCESS);
  expect(store.getSnapshot().session).toEqual({ status: "signed-out", error: null });
});

test("a sign-in in another tab is noticed even if its account can be read only later", async () => {
  const msal = scriptedMsal();
  const store = await started(msal);
  msal.emit(EventType.ACTIVE_ACCOUNT_CHANGED);
  msal.getActiveAccount = () => ADA;
  await vi.advanceTimersByTimeAsync(500);
  expect(store.getSnapshot().session).toMatchObject({ status: "signed-in" });
});

test("the session object stays the same while nothing changes", async () => {
  const msal = scriptedMsal(ADA);
  const store = await started(msal);
  const { session } = store.getSnapshot();
  msal.emit(EventType.LOGIN_SUCCESS);
  expect(store.getSnapshot().session).toBe(session);
});

test("subscribers hear of changes until they leave", async () => {
  const store = sessionOf(scriptedMsal());
  const heard = vi.fn();
  const leave = store.subscribe(heard);
  await store.ready();
  const before = heard.mock.calls.length;
  expect(before).toBeGreaterThan(0);
  leave();
  void store.signIn();
  expect(heard).toHaveBeenCalledTimes(before);
});

test("a token that needs the person uses the sign-in window, and its sign-in updates the session", async () => {
  const msal = scriptedMsal(ADA);
  msal.onSilent = async () => Promise.reject(new BrowserAuthError("timed_out", "42"));
  msal.onPopup = async () => answer("from the person");
  const { tokens } = await (await started(msal)).ready();
  expect(await tokens.get()).toBe("from the person");
  expect(msal.popups).toMatchObject([{ account: ADA }]);
});
