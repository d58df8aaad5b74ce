/** Microsoft's answer to a connect is the asker's: it connects no account of the next person. */

import { beforeEach, expect, test, vi } from "vitest";
import { respondWith, type Sent, TICKET } from "../../__tests__/scriptedConnect.js";
import { answer, CONFIG, popupBlocked, type ScriptedMsal, scriptedMsal } from "../../__tests__/scriptedMsal.js";
import { TokenLogin } from "../../__tests__/tokenLogin.js";
import { type ConnectResult, connectMicrosoft } from "../own/connecting.js";
import { plugOwnLogin } from "../own/ownLogin.js";
import { SessionStore } from "../session.js";
import { isAsker, keepAsker } from "../stored/asker.js";

let login: TokenLogin;
let msal: ScriptedMsal;
let sent: Sent[];
/** Ends the wait for MSAL. */
let arrive: () => void;

beforeEach(() => {
  login = new TokenLogin("barbara's");
  loadPage();
});

function loadPage(): void {
  msal = scriptedMsal();
  msal.onPopup = async () => answer("of ada");
  msal.onSilent = async () => answer("of ada");
  sent = respondWith(Response.json(TICKET), Response.json({ user: "who" }));
}

async function openStore(): Promise<SessionStore> {
  const loaded = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  const store = new SessionStore({ config: CONFIG }, () => loaded.then(() => msal));
  plugOwnLogin(store, login);
  await store.opened();
  return store;
}

const codeOf = (result: ConnectResult): string => (result.ok ? "connected" : result.error.code);

test.each([
  ["Carol", 1],
  ["Barbara", 0],
])("a connect of Barbara's comes back by redirect: %s's click opens %i windows", async (name, windows) => {
  msal.onPopup = async () => Promise.reject(popupBlocked());
  void connectMicrosoft(await openStore(), {}, {});
  arrive();
  await vi.waitFor(() => expect(msal.redirects).toHaveLength(1));
  loadPage();
  msal.onReturn = async () => answer("of ada");
  const store = await openStore();
  arrive();
  await store.ready();
  login.keep("next", name.toLowerCase());
  expect(codeOf(await connectMicrosoft(store, {}, {}))).toBe("connected");
  expect(msal.popups).toHaveLength(windows);
});

test("an answer that no one here asked for opens a window", async () => {
  msal.onReturn = async () => answer("of ada");
  const store = await openStore();
  arrive();
  await store.ready();
  expect(codeOf(await connectMicrosoft(store, {}, {}))).toBe("connected");
  expect(msal.popups).toHaveLength(1);
});

test.each([
  ["carol", "account_changed", 0],
  ["barbara", "connected", 1],
])("a click of Barbara's waits for MSAL, and the page is %s's by then: %s", async (username, code, windows) => {
  const connecting = connectMicrosoft(await openStore(), {}, {});
  login.keep("next", username);
  arrive();
  expect([codeOf(await connecting), msal.popups.length]).toEqual([code, windows]);
});

test.each([
  ["carol", "account_changed", 1],
  ["barbara", "connected", 2],
])("the page is %s's when Barbara's window has its answer: %s", async (username, code, requests) => {
  msal.onPopup = async () => {
    login.keep("next", username);
    return answer("of ada");
  };
  const connecting = connectMicrosoft(await openStore(), {}, {});
  arrive();
  expect([codeOf(await connecting), sent.length]).toEqual([code, requests]);
});

test("a forbidden storage knows no asker", () => {
  keepAsker(null);
  expect(isAsker(null)).toBe(true);
  vi.spyOn(Storage.prototype, "getItem").mockImplementation(() => {
    throw new DOMException("forbidden", "SecurityError");
  });
  expect(isAsker(null)).toBe(false);
  vi.restoreAllMocks();
});
