/** A click that waits for MSAL, while someone signs in. */

import { beforeEach, expect, test, vi } from "vitest";
import { ADA, answer, CONFIG, popupBlocked, type ScriptedMsal, scriptedMsal } from "../../__tests__/scriptedMsal.js";
import { plugOwnLogin } from "../own/ownLogin.js";
import { SessionStore } from "../session.js";

let msal: ScriptedMsal;
let store: SessionStore;
let arrive: (() => void) | undefined;
/** Who is signed in by the own login. */
let owner: { name: string; username: string } | null;
let changed: () => void;
const signOut = vi.fn<() => void>();

beforeEach(async () => {
  vi.stubGlobal("requestIdleCallback", () => 0);
  signOut.mockClear();
  owner = null;
  arrive = undefined; // the one of the test before lets nothing arrive here
  msal = scriptedMsal();
  msal.onPopup = async () => answer("of ada");
  store = new SessionStore({ config: CONFIG }, () => new Promise((resolve) => (arrive = () => resolve(msal))));
  plugOwnLogin(store, {
    account: () => owner,
    subscribe: (listener) => {
      changed = listener;
      return () => {};
    },
    authorize: () => {},
    signOut,
  });
  await store.opened();
});

/** Clicks, does `meanwhile`, and lets MSAL arrive. */
async function click(meanwhile: () => void): Promise<unknown> {
  const signingIn = store.signIn();
  await vi.waitFor(() => expect(arrive).toBeDefined());
  await new Promise((resolve) => setTimeout(resolve));
  meanwhile();
  arrive?.();
  return signingIn;
}

test("it opens the window", async () => {
  expect(await click(() => {})).toMatchObject({ ok: true });
  expect([msal.popups.length, store.account?.username]).toEqual([1, ADA.username]);
});

test("after an own login, it opens none and does not end that", async () => {
  const result = await click(() => {
    owner = { name: "Barbara Liskov", username: "barbara" };
    changed();
  });
  expect(result).toMatchObject({ ok: false, error: { code: "account_changed" } });
  expect([msal.popups.length, signOut.mock.calls.length, store.account?.username]).toEqual([0, 0, "barbara"]);
});

test("after a sign-in in another tab, it neither opens a window nor leaves the page", async () => {
  msal.onPopup = async () => Promise.reject(popupBlocked());
  const result = await click(() => msal.setActiveAccount(ADA));
  expect(result).toMatchObject({ ok: false, error: { code: "account_changed" } });
  expect([msal.popups.length, msal.redirects.length, store.account?.username]).toEqual([0, 0, ADA.username]);
});

test("the next click opens the window, for another account", async () => {
  await click(() => msal.setActiveAccount(ADA));
  expect(await store.signIn({ prompt: "select_account" })).toMatchObject({ ok: true });
  expect(msal.popups).toMatchObject([{ prompt: "select_account" }]);
});
