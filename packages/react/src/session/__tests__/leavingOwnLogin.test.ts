/** An own login that could not be ended when the person signed in with Microsoft instead. */

import { beforeEach, expect, test, vi } from "vitest";
import { answer, CONFIG, type ScriptedMsal, scriptedMsal } from "../../__tests__/scriptedMsal.js";
import { TokenLogin } from "../../__tests__/tokenLogin.js";
import { plugOwnLogin } from "../own/ownLogin.js";
import { SessionStore } from "../session.js";

let login: TokenLogin;
let msal: ScriptedMsal;
let isDown: boolean;

beforeEach(() => {
  isDown = true;
  login = new TokenLogin();
  login.signOut = async () => {
    if (isDown) throw new TypeError("Failed to fetch");
    login.keep(null);
  };
  msal = scriptedMsal();
  msal.onPopup = async () => answer("of ada");
  msal.onLogout = async () => {};
});

/** Signs Ada in with Microsoft, while Barbara's own login stays. */
async function leave(): Promise<SessionStore> {
  const store = new SessionStore({ config: CONFIG }, () => msal);
  plugOwnLogin(store, login);
  await store.opened();
  await store.signIn();
  expect([store.account?.username, login.token]).toEqual(["ada@contoso.example", "own"]);
  return store;
}

test("the sign-out ends it, and the page leaves for Microsoft", async () => {
  const store = await leave();
  isDown = false;
  await store.signOut();
  expect([login.token, msal.logouts.length]).toEqual([null, 1]);
});

test("a sign-out that cannot end it is an error, and Ada stays", async () => {
  const store = await leave();
  await store.signOut();
  expect([login.token, msal.logouts.length]).toEqual(["own", 0]);
  expect(store.getSnapshot()).toMatchObject({
    error: { code: "unexpected" },
    session: { status: "signed-in", account: { username: "ada@contoso.example" } },
  });
});

test("one that was ended is not ended again", async () => {
  isDown = false;
  const signOut = vi.spyOn(login, "signOut");
  const store = new SessionStore({ config: CONFIG }, () => msal);
  plugOwnLogin(store, login);
  await store.opened();
  await store.signIn();
  await store.signOut();
  expect([signOut.mock.calls.length, msal.logouts.length]).toEqual([1, 1]);
});

test("the same person signs in by it again, and shows", async () => {
  const store = await leave();
  login.keep("new");
  expect(store.account?.username).toBe("barbara");
});

test("what it tells while it is being left is no sign-in", async () => {
  login.signOut = async () => {
    login.keep("half ended");
    throw new TypeError("Failed to fetch");
  };
  const store = new SessionStore({ config: CONFIG }, () => msal);
  plugOwnLogin(store, login);
  await store.opened();
  await store.signIn();
  expect(store.account?.username).toBe("ada@contoso.example");
});
