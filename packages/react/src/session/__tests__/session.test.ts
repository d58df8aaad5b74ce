import { BrowserAuthError, EventType } from "@azure/msal-browser";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
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
import { answerChannel } from "../bridge/answerChannel.js";
import { SessionStore } from "../session.js";
import type { SignInListener } from "../signInResult.js";
import { beginInWindow, leaveWindow } from "../stored/attempt.js";
import { recall } from "../stored/underWay.js";

const ATTEMPT = crypto.randomUUID();

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(document, "hasFocus").mockReturnValue(true);
});
afterEach(() => vi.useRealTimers());

const makeSession = (msal: ScriptedMsal): SessionStore => new SessionStore({ config: CONFIG }, () => msal);

async function startedSession(msal: ScriptedMsal): Promise<SessionStore> {
  const store = makeSession(msal);
  await store.ready();
  return store;
}

test("a session that was not started is starting", () => {
  expect(makeSession(scriptedMsal()).getSnapshot()).toMatchObject({
    session: { status: "starting" },
    busy: false,
    error: null,
  });
});

test("without an active account it becomes signed-out", async () => {
  const store = await startedSession(scriptedMsal());
  expect(store.getSnapshot().session).toMatchObject({ status: "signed-out", error: null });
});

test("with an active account it becomes signed-in", async () => {
  const store = await startedSession(scriptedMsal(ADA));
  expect(store.getSnapshot().session).toMatchObject({ status: "signed-in", account: ADA_ACCOUNT });
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
  expect(store.getSnapshot().session).toMatchObject({ status: "signed-out", error: null });
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
  expect((await startedSession(msal)).getSnapshot().session).toMatchObject({
    status: "signed-in",
    account: ADA_ACCOUNT,
  });
});

test("a redirect that came back refused is the error of the signed-out session", async () => {
  const msal = scriptedMsal();
  msal.onReturn = async () => Promise.reject(notAssigned());
  expect((await startedSession(msal)).getSnapshot().session).toMatchObject({
    status: "signed-out",
    error: { code: "not_assigned" },
  });
});

test("signIn asks for the API's scopes at once, so that one code gives the API's token", async () => {
  const msal = scriptedMsal();
  const store = await startedSession(msal);
  void store.signIn({ loginHint: "ada@contoso.example", prompt: "select_account" });
  expect(msal.popups).toMatchObject([
    { scopes: CONFIG.scopes, loginHint: "ada@contoso.example", prompt: "select_account" },
  ]);
  expect(store.getSnapshot().busy).toBe(true);
});

test("signIn returns the account and updates the session", async () => {
  const msal = scriptedMsal();
  msal.onPopup = async () => answer("one");
  const store = await startedSession(msal);
  expect(await store.signIn()).toEqual({ ok: true, account: ADA_ACCOUNT });
  expect(store.getSnapshot()).toMatchObject({ session: { status: "signed-in" }, busy: false, error: null });
});

test("signIn waits for a session that is still starting", async () => {
  const msal = scriptedMsal();
  msal.onPopup = async () => answer("one");
  expect(await makeSession(msal).signIn()).toMatchObject({ ok: true });
});

test("signIn of a failed session says why it failed", async () => {
  const store = new SessionStore({ config: { ...CONFIG, clientId: "" } }, () => scriptedMsal());
  expect(await store.signIn()).toMatchObject({ ok: false, error: { code: "config_invalid" } });
});

test("a refused sign-in is a value, and the error of the session", async () => {
  const msal = scriptedMsal();
  msal.onPopup = async () => Promise.reject(notAssigned());
  const store = await startedSession(msal);
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
  const store = await startedSession(msal);
  await store.signIn();
  msal.onPopup = async () => answer("one");
  await store.signIn();
  expect(store.getSnapshot().error).toBeNull();
});

test("signIn while the window is open brings it to the front and shares its result", async () => {
  const msal = scriptedMsal();
  let finish = (): void => {};
  msal.onPopup = () => new Promise((resolve) => (finish = () => resolve(answer("one"))));
  const store = await startedSession(msal);
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
  const store = await startedSession(msal);
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
  const store = await startedSession(msal);
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
  const store = await startedSession(msal);
  const first = store.signIn();
  msal.openWindow().closed = true;
  await vi.advanceTimersByTimeAsync(500);
  await first;
  void store.signIn();
  const opened = msal.popups.filter(({ popupWindowParent }) => !popupWindowParent);
  expect(opened.map(({ prompt }) => prompt)).toEqual([undefined, "select_account"]);
});

test("after a failure that is not the account's fault it does not", async () => {
  const msal = scriptedMsal();
  msal.onPopup = async () => Promise.reject(new BrowserAuthError("post_request_failed", "42"));
  const store = await startedSession(msal);
  await store.signIn();
  await store.signIn();
  expect(msal.popups.map(({ prompt }) => prompt)).toEqual([undefined, undefined]);
});

test("cancel ends the sign-in: sign_in_cancelled", async () => {
  const msal = scriptedMsal();
  const store = await startedSession(msal);
  const result = store.signIn();
  store.cancel();
  expect(await result).toMatchObject({ ok: false, error: { code: "sign_in_cancelled" } });
  expect(store.getSnapshot().busy).toBe(false);
});

test("signOut leaves for Microsoft with the active account", async () => {
  const msal = scriptedMsal(ADA);
  const store = await startedSession(msal);
  void store.signOut();
  await vi.advanceTimersByTimeAsync(0);
  expect(msal.logouts).toEqual([{ account: ADA }]);
});

test("signOut works although an abandoned window still claims MSAL", async () => {
  const msal = scriptedMsal(ADA);
  const onLogout = vi.fn(async () => {}).mockRejectedValueOnce(new BrowserAuthError("interaction_in_progress", "42"));
  msal.onLogout = onLogout;
  const store = await startedSession(msal);
  await store.signOut();
  expect(onLogout).toHaveBeenCalledTimes(2);
});

test("signOut removes the other accounts of this application first, and none of another application", async () => {
  const msal = scriptedMsal(ADA);
  const known = { ...ADA, idTokenClaims: {} };
  const grace = { ...known, homeAccountId: "grace.contoso" };
  msal.getAllAccounts = () => [known, grace, { ...ADA, homeAccountId: "of another application" }];
  const clearCache = vi.fn(async () => expect(msal.logouts).toEqual([]));
  msal.clearCache = clearCache;
  const store = await startedSession(msal);
  void store.signOut();
  await vi.advanceTimersByTimeAsync(0);
  expect(clearCache.mock.calls).toEqual([[{ account: grace }]]);
  expect(msal.logouts).toEqual([{ account: ADA }]);
});

test("a sign-out that fails is a value too", async () => {
  const msal = scriptedMsal(ADA);
  msal.onLogout = async () => Promise.reject(new BrowserAuthError("no_network_connectivity", "42"));
  const store = await startedSession(msal);
  await store.signOut();
  expect(store.getSnapshot().error).toMatchObject({ code: "microsoft_unreachable" });
});

test("a sign-out in another tab is noticed", async () => {
  const msal = scriptedMsal(ADA);
  const store = await startedSession(msal);
  msal.getActiveAccount = () => null;
  msal.emit(EventType.LOGOUT_SUCCESS);
  expect(store.getSnapshot().session).toMatchObject({ status: "signed-out", error: null });
});

test("a sign-in in another tab is noticed", async () => {
  const msal = scriptedMsal();
  const store = await startedSession(msal);
  msal.getActiveAccount = () => ADA;
  msal.emit(EventType.ACTIVE_ACCOUNT_CHANGED);
  expect(store.getSnapshot().session).toMatchObject({ status: "signed-in" });
});

test("the session object stays the same while nothing changes", async () => {
  const msal = scriptedMsal(ADA);
  const store = await startedSession(msal);
  const { session } = store.getSnapshot();
  msal.emit(EventType.LOGIN_SUCCESS);
  expect(store.getSnapshot().session).toBe(session);
});

test("subscribers are notified until they unsubscribe", async () => {
  const store = makeSession(scriptedMsal());
  const heard = vi.fn();
  const leave = store.subscribe(heard);
  await store.ready();
  const before = heard.mock.calls.length;
  expect(before).toBeGreaterThan(0);
  leave();
  void store.signIn();
  expect(heard).toHaveBeenCalledTimes(before);
});

/** Makes a started session with a listener from the beginning, as a provider does. */
async function sessionWithListener(
  msal: ScriptedMsal,
): Promise<[SessionStore, ReturnType<typeof vi.fn<SignInListener>>]> {
  const store = makeSession(msal);
  const listener = vi.fn<SignInListener>();
  store.signInListeners.add(listener);
  await store.ready();
  return [store, listener];
}

/** Stores what a page leaves behind that redirected because the window was blocked. */
function leavePageForRedirect(): void {
  beginInWindow(ATTEMPT);
  leaveWindow(ATTEMPT);
}

test("a sign-in by window is reported once, to all callers that share it", async () => {
  const msal = scriptedMsal();
  msal.onPopup = async () => answer("one");
  const [store, listener] = await sessionWithListener(msal);
  await Promise.all([store.signIn(), store.signIn()]);
  expect(listener.mock.calls).toEqual([[{ ok: true, account: ADA_ACCOUNT }, true]]);
});

test("a sign-in by redirect is reported as not awaited", async () => {
  leavePageForRedirect();
  const msal = scriptedMsal();
  msal.onReturn = async () => answer("one");
  const [, listener] = await sessionWithListener(msal);
  expect(listener.mock.calls).toEqual([[{ ok: true, account: ADA_ACCOUNT }, false]]);
  expect(recall()).toBeNull();
});

test("a token by redirect is not a sign-in", async () => {
  const msal = scriptedMsal(ADA);
  msal.onReturn = async () => answer("one");
  const [, listener] = await sessionWithListener(msal);
  expect(listener).not.toHaveBeenCalled();
});

test("a refused redirect is reported", async () => {
  leavePageForRedirect();
  const msal = scriptedMsal();
  msal.onReturn = async () => Promise.reject(notAssigned());
  const [, listener] = await sessionWithListener(msal);
  expect(listener.mock.calls).toMatchObject([[{ ok: false, error: { code: "not_assigned" } }, false]]);
});

test("a page that was left for Microsoft and comes back without an answer: interrupted", async () => {
  leavePageForRedirect();
  const [store, listener] = await sessionWithListener(scriptedMsal());
  expect(store.getSnapshot().session).toMatchObject({ status: "signed-out", error: { code: "interrupted" } });
  expect(listener.mock.calls).toMatchObject([[{ ok: false, error: { code: "interrupted" } }, false]]);
});

test("a page that was reloaded beside an open window is signed out without an error", async () => {
  beginInWindow(ATTEMPT);
  const msal = scriptedMsal();
  msal.onReturn = async () => Promise.reject(new BrowserAuthError("no_token_request_cache_error", "42"));
  const [store, listener] = await sessionWithListener(msal);
  expect(store.getSnapshot().session).toMatchObject({ status: "signed-out", error: null });
  expect(listener).not.toHaveBeenCalled();
  store.cancel();
});

test("the window's answer then signs the reloaded page in, in that same window", async () => {
  vi.useRealTimers();
  beginInWindow(ATTEMPT);
  const msal = scriptedMsal();
  msal.onPopup = async () => answer("one");
  const [, listener] = await sessionWithListener(msal);
  const bridge = answerChannel(ATTEMPT);
  for (const _ of [1, 2]) bridge.postMessage("answered");
  await vi.waitFor(() => expect(listener.mock.calls).toEqual([[{ ok: true, account: ADA_ACCOUNT }, false]]));
  expect(msal.popups).toMatchObject([{ correlationId: ATTEMPT }]);
  expect(recall()).toBeNull();
  bridge.close();
});

test.each(["signIn", "cancel", "signOut"] as const)("%s forgets the window of an earlier load", async (act) => {
  vi.useRealTimers();
  beginInWindow(ATTEMPT);
  const msal = scriptedMsal();
  const [store] = await sessionWithListener(msal);
  void store[act]();
  expect(recall()).not.toBe(ATTEMPT);
  const before = msal.popups.length;
  const bridge = answerChannel(ATTEMPT);
  const end = answerChannel(ATTEMPT);
  const delivered = new Promise((resolve) => (end.onmessage = ({ data }) => data === "end" && resolve(data)));
  for (const text of ["answered", "answered", "end"]) bridge.postMessage(text);
  await delivered;
  expect(msal.popups.length).toBe(before);
  for (const channel of [bridge, end]) channel.close();
});

test("a response after the window looked closed is reported, although its call has ended", async () => {
  const msal = scriptedMsal();
  let finish = (): void => {};
  msal.onPopup = () => new Promise((resolve) => (finish = () => resolve(answer("late"))));
  const [store, listener] = await sessionWithListener(msal);
  const first = store.signIn();
  msal.openWindow().closed = true;
  await vi.advanceTimersByTimeAsync(500);
  expect(await first).toMatchObject({ ok: false });
  finish();
  await vi.advanceTimersByTimeAsync(0);
  expect(listener.mock.calls.at(-1)).toEqual([{ ok: true, account: ADA_ACCOUNT }, false]);
});

test.each(["cancel", "signOut"] as const)(
  "%s reaches a window that looked closed: its answer signs in no person",
  async (act) => {
    const msal = scriptedMsal();
    let finish = (): void => {};
    msal.onPopup = () => new Promise((resolve) => (finish = () => resolve(answer("late"))));
    const [store, listener] = await sessionWithListener(msal);
    const first = store.signIn();
    msal.openWindow().closed = true;
    await vi.advanceTimersByTimeAsync(500);
    await first;
    void store[act]();
    finish();
    await vi.advanceTimersByTimeAsync(0);
    expect(msal.getActiveAccount()).toBeNull();
    expect(listener.mock.calls).toMatchObject([[{ ok: false, error: { code: "popup_closed" } }, true]]);
  },
);

test("cancel reaches a sign-in that still waits for the session; a later one is a sign-in again", async () => {
  const msal = scriptedMsal();
  msal.onPopup = async () => answer("one");
  const store = makeSession(msal);
  const first = store.signIn();
  store.cancel();
  expect(await first).toMatchObject({ ok: false, error: { code: "sign_in_cancelled" } });
  expect(msal.popups).toEqual([]);
  expect(await store.signIn()).toMatchObject({ ok: true });
});

test("signIn right after cancel begins anew", async () => {
  const msal = scriptedMsal();
  const store = await startedSession(msal);
  const first = store.signIn();
  store.cancel();
  msal.onPopup = async () => answer("one");
  expect(await store.signIn()).toMatchObject({ ok: true });
  expect(await first).toMatchObject({ ok: false, error: { code: "sign_in_cancelled" } });
  expect(store.getSnapshot()).toMatchObject({ session: { status: "signed-in" }, busy: false, error: null });
});

test("a click during the token request of an orphaned window shares its result, reported as awaited", async () => {
  vi.useRealTimers();
  beginInWindow(ATTEMPT);
  const msal = scriptedMsal();
  let finish = (): void => {};
  msal.onPopup = () => new Promise((resolve) => (finish = () => resolve(answer("one"))));
  const [store, listener] = await sessionWithListener(msal);
  const bridge = answerChannel(ATTEMPT);
  for (const _ of [1, 2]) bridge.postMessage("answered");
  await vi.waitFor(() => expect(msal.popups).toHaveLength(1));
  const click = store.signIn();
  finish();
  expect(await click).toMatchObject({ ok: true });
  expect(msal.popups).toHaveLength(1);
  expect(listener.mock.calls).toEqual([[{ ok: true, account: ADA_ACCOUNT }, true]]);
  bridge.close();
});

test("a click while the page has not left for the redirect starts the redirect again", async () => {
  const msal = scriptedMsal();
  msal.onPopup = async () => Promise.reject(popupBlocked());
  const store = await startedSession(msal);
  for (const count of [1, 2]) {
    void store.signIn();
    await vi.advanceTimersByTimeAsync(0);
    expect(msal.redirects).toHaveLength(count);
  }
});

test("another person after a redirect for a token is reported, but not to a button", async () => {
  const msal = scriptedMsal(BOB);
  msal.onReturn = async () => answer("from Ada");
  const [, listener] = await sessionWithListener(msal);
  expect(listener.mock.calls).toEqual([[{ ok: true, account: ADA_ACCOUNT }, true]]);
});

test("with full storage a sign-in continues; MSAL's error is published", async () => {
  const full = new DOMException("full", "QuotaExceededError");
  const setItem = vi.spyOn(Storage.prototype, "setItem").mockImplementation(() => {
    throw full;
  });
  const msal = scriptedMsal();
  const store = await startedSession(msal);
  msal.onPopup = async () => answer("one");
  expect(await store.signIn()).toMatchObject({ ok: true });
  msal.onPopup = async () => Promise.reject(full);
  expect(await store.signIn()).toMatchObject({ ok: false, error: { code: "storage_unavailable" } });
  expect(store.getSnapshot()).toMatchObject({ busy: false, error: { code: "storage_unavailable" } });
  setItem.mockRestore();
});

test("an error before the sign-in begins is published, too", async () => {
  const msal = scriptedMsal();
  const store = await startedSession(msal);
  vi.stubGlobal("BroadcastChannel", function refuse(): never {
    throw new DOMException("denied", "SecurityError");
  });
  expect(await store.signIn()).toMatchObject({ ok: false, error: { code: "storage_unavailable" } });
  vi.unstubAllGlobals();
  expect(store.getSnapshot()).toMatchObject({ busy: false, error: { code: "storage_unavailable" } });
});

test("a token request after a sign-out demands no one: not_signed_in", async () => {
  const msal = scriptedMsal(ADA);
  let fail = (): void => {};
  msal.onSilent = () => new Promise((_, reject) => (fail = () => reject(interactionRequired())));
  const store = await startedSession(msal);
  const token = expect(store.token()).rejects.toMatchObject({ code: "not_signed_in" });
  await vi.waitFor(() => expect(msal.silents).toHaveLength(1));
  void store.signOut();
  fail();
  await token;
  expect([store.getSnapshot().session.status, msal.popups]).toEqual(["signed-in", []]);
  msal.onPopup = async () => answer("one");
  expect(await store.signIn()).toMatchObject({ ok: true });
});

test("a token request after a failed sign-out demands the person", async () => {
  const msal = scriptedMsal(ADA);
  msal.onLogout = async () => Promise.reject(new BrowserAuthError("no_network_connectivity", "42"));
  msal.onSilent = async () => Promise.reject(interactionRequired());
  const store = await startedSession(msal);
  await store.signOut();
  await expect(store.token()).rejects.toMatchObject({ code: "interaction_required" });
  expect(store.getSnapshot().session.status).toBe("needs-interaction");
});

test("while the window of a sign-in is open the session is signing-in, and after it what it was", async () => {
  const msal = scriptedMsal();
  const store = await startedSession(msal);
  const signing = store.signIn();
  expect(store.getSnapshot()).toMatchObject({ session: { status: "signing-in" }, busy: true });
  store.cancel();
  await signing;
  const after = { session: { status: "signed-out", error: { code: "sign_in_cancelled" } }, busy: false };
  expect(store.getSnapshot()).toMatchObject(after);
});

test("a signed-in person stays signed in while a window is open", async () => {
  const store = await startedSession(scriptedMsal(ADA));
  void store.signIn();
  expect(store.getSnapshot()).toMatchObject({ session: { status: "signed-in" }, busy: true });
});

test("an error can be dismissed", async () => {
  const msal = scriptedMsal();
  msal.onPopup = async () => Promise.reject(notAssigned());
  const store = await startedSession(msal);
  await store.signIn();
  const { session } = store.getSnapshot();
  expect(session).toMatchObject({ status: "signed-out", error: { code: "not_assigned" } });
  if (session.status === "signed-out") session.dismiss();
  expect(store.getSnapshot()).toMatchObject({ session: { status: "signed-out", error: null }, error: null });
});
