/** A proof is of one person: token and key are never of two. */

import { beforeEach, expect, test, vi } from "vitest";
import { ADA, answer, CONFIG, type ScriptedMsal, scriptedMsal } from "../../__tests__/scriptedMsal.js";
import { TokenLogin } from "../../__tests__/tokenLogin.js";
import { plugOwnLogin } from "../own/ownLogin.js";
import { type Proof, prove } from "../requests/proof.js";
import { SessionStore } from "../session.js";

let login: TokenLogin;
let msal: ScriptedMsal;
/** Goes on with what takes a moment. */
let goOn: (() => void) | null;

beforeEach(() => {
  goOn = null;
  login = new TokenLogin(null);
  msal = scriptedMsal(ADA);
  msal.onSilent = async () => {
    await moment();
    return answer("of ada");
  };
});

const moment = (): Promise<void> =>
  new Promise((resolve) => {
    goOn = resolve;
  });

/** Proves a connection. Returns the proof, or the code of the error. */
async function proveWhile(meanwhile: () => void): Promise<Proof | string> {
  const store = new SessionStore({ config: CONFIG }, () => msal);
  plugOwnLogin(store, login);
  await store.opened();
  const proof = prove(store, new URL("/graphql/", location.href)).catch((error) => error.code);
  await vi.waitFor(() => expect(goOn).not.toBeNull());
  meanwhile();
  goOn?.();
  return proof;
}

test.each<[string, () => void, Proof | string]>([
  ["Carol signs in by it", () => login.keep("carol's", "carol"), "account_changed"],
  ["it ends", () => login.keep(null), "not_signed_in"],
  ["Barbara stays", () => {}, { token: "own", person: '["barbara"]' }],
])("while an own login proves, %s", async (_, meanwhile, expected) => {
  login.keep("own");
  login.authorize = async (headers) => {
    const { token } = login;
    await moment();
    headers.set("Authorization", `Bearer ${token}`);
  };
  expect(await proveWhile(meanwhile)).toEqual(expected);
});

test.each<[string, () => void, Proof | string]>([
  ["Barbara signs in by the own login", () => login.keep("own"), "account_changed"],
  ["Ada stays", () => {}, { token: "of ada", person: JSON.stringify([ADA.tenantId, ADA.localAccountId]) }],
])("while Microsoft is asked for a token, %s", async (_, meanwhile, expected) => {
  expect(await proveWhile(meanwhile)).toEqual(expected);
});
