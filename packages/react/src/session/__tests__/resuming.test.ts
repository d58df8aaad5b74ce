/** What a redirect is told as. */

import { expect, test, vi } from "vitest";
import { ADA_ACCOUNT, answer, CONFIG, scriptedMsal } from "../../__tests__/scriptedMsal.js";
import { TokenLogin } from "../../__tests__/tokenLogin.js";
import { plugOwnLogin } from "../own/ownLogin.js";
import { SessionStore } from "../session.js";

test.each([
  ["a connect, beside an own login, is no sign-in", "own", []],
  ["an account, without an own login, is a sign-in", null, [ADA_ACCOUNT.username]],
])("%s", async (_, token, expected) => {
  const msal = scriptedMsal();
  msal.onReturn = async () => answer("of ada");
  const store = new SessionStore({ config: CONFIG }, () => msal);
  plugOwnLogin(store, new TokenLogin(token));
  const told: string[] = [];
  store.signInListeners.add((result) => result.ok && told.push(result.account.username));
  await store.opened();
  await store.ready();
  await vi.waitFor(() => expect(store.account).not.toBeNull());
  await Promise.resolve(); // listeners are told in a microtask
  expect(told).toEqual(expected);
});
