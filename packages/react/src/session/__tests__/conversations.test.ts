/** A window that is open while someone else signs in or out in another tab. */
import { beforeEach, expect, test, vi } from "vitest";
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
  answer,
  BOB,
  CONFIG,
  interactionRequired,
  type ScriptedMsal,
  scriptedMsal,
} from "../../__tests__/scriptedMsal.js";
import type { Visitor } from "../django/visitor.js";
import { fetchThrough } from "../requests/authorizedFetch.js";
import { SessionStore } from "../session.js";
import type { SignInResult } from "../signInResult.js";

let django: ScriptedDjango;
let msal: ScriptedMsal;
let store: SessionStore;
let respond: () => void;

beforeEach(() => {
  django = scriptedDjango(ADA_VISITS);
  msal = scriptedMsal(ADA);
  msal.onSilent = async () => Promise.reject(interactionRequired());
  msal.onPopup = () => new Promise((resolve) => (respond = () => resolve(answer("of ada"))));
});

/** Opens the window of a confirmation. */
async function confirm(session?: "django"): Promise<{ confirming: Promise<SignInResult> }> {
  store = new SessionStore({ config: CONFIG, session }, () => msal);
  await store.opened();
  await fetchThrough(store, "/x").catch(() => {});
  expect(store.getSnapshot().session.status).toBe("needs-interaction");
  const confirming = store.confirm();
  await vi.waitFor(() => expect(msal.popups).toHaveLength(1));
  return { confirming };
}

async function confirmBesideTab(visitor: Visitor): Promise<SignInResult> {
  django.onApi = () => stale();
  const { confirming } = await confirm("django");
  django.visitor = visitor;
  new BroadcastChannel(`django-entrance ${SESSION_URL}`).postMessage(visitor);
  await vi.waitFor(() => expect(store.account?.username).toBe(visitor.user?.username));
  respond();
  return confirming;
}

test("the answer to a confirmation starts the person's session anew", async () => {
  expect(await confirmBesideTab(ADA_VISITS)).toMatchObject({ ok: true });
  expect(django.asked()).toContain("POST");
});

test.each([
  ["signed out", NO_ONE, "not_signed_in"],
  ["signed in as someone else", BARBARA_VISITS, "account_changed"],
])("it starts none once another tab has %s", async (_, visitor, code) => {
  expect(await confirmBesideTab(visitor)).toMatchObject({ ok: false, error: { code } });
  expect([django.asked().includes("POST"), django.visitor]).toEqual([false, visitor]);
});

test("without a Django session, it does not bring the person back either", async () => {
  const { confirming } = await confirm();
  const clear = vi.spyOn(msal, "clearCache");
  msal.setActiveAccount(BOB);
  respond();
  expect(await confirming).toMatchObject({ ok: false, error: { code: "account_changed" } });
  expect(store.account?.username).toBe(BOB.username);
  expect(clear).toHaveBeenCalledWith({ account: ADA });
});

test("there, too, it counts for the same person", async () => {
  const { confirming } = await confirm();
  msal.setActiveAccount({ ...ADA });
  respond();
  expect(await confirming).toMatchObject({ ok: true });
  expect(store.getSnapshot().session.status).toBe("signed-in");
});
