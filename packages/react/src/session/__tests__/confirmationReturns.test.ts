/** A confirmation whose page was loaded anew: it counts while the person who began it is signed in. */
import type { AccountInfo } from "@azure/msal-browser";
import { beforeEach, expect, test, vi } from "vitest";
import {
  ADA_VISITS,
  BARBARA_VISITS,
  NO_ONE,
  type ScriptedDjango,
  scriptedDjango,
} from "../../__tests__/scriptedDjango.js";
import {
  ADA,
  answer,
  BOB,
  CONFIG,
  interactionRequired,
  popupBlocked,
  type ScriptedMsal,
  scriptedMsal,
} from "../../__tests__/scriptedMsal.js";
import { answerChannel } from "../bridge/answerChannel.js";
import type { Visitor } from "../django/visitor.js";
import { SessionStore } from "../session.js";
import { hasAsker } from "../stored/asker.js";
import { recall } from "../stored/underWay.js";

let msal: ScriptedMsal;
let told: string[];

/** Loads the page with a new MSAL, in which `active` is signed in. */
async function load(active: AccountInfo | null, session: "django" | "token"): Promise<SessionStore> {
  msal = scriptedMsal(active);
  msal.onSilent = async () => Promise.reject(interactionRequired());
  msal.clearCache = vi.fn(async () => {});
  told = [];
  const store = new SessionStore({ config: CONFIG, ...(session === "django" && { session }) }, () => msal);
  store.signInListeners.add((result) => told.push(result.ok ? result.account.username : result.error.code));
  return store;
}

async function demand(store: SessionStore): Promise<void> {
  await store.opened();
  await (store.django ? store.renew() : store.token()).catch(() => {});
  expect(store.getSnapshot().session.status).toBe("needs-interaction");
}

/** Ada's page leaves for Microsoft, since the browser opens no window. */
async function leave(session: "django" | "token"): Promise<void> {
  const store = await load(ADA, session);
  msal.onPopup = async () => Promise.reject(popupBlocked());
  await demand(store);
  void store.confirm();
  await vi.waitFor(() => expect(msal.redirects).toHaveLength(1));
}

async function comeBack(active: AccountInfo | null, session: "django" | "token"): Promise<SessionStore> {
  const store = await load(active, session);
  msal.onReturn = async () => answer("of ada", ADA);
  await store.opened();
  await store.ready();
  return store;
}

const outcomeOf = ({ account, error }: SessionStore): unknown[] => [account?.username ?? null, error?.code ?? null];

test.each([
  ["token", BOB, BOB.username, "account_changed"],
  ["token", null, null, "not_signed_in"],
  ["token", ADA, ADA.username, null],
] as const)(
  "%s: it comes back to the page of %o, where %s is signed in: %s",
  async (session, active, username, code) => {
    await leave(session);
    const store = await comeBack(active, session);
    expect(outcomeOf(store)).toEqual([username, code]);
    expect(msal.clearCache).toHaveBeenCalledTimes(code ? 1 : 0);
    expect(told).toEqual([]);
  },
);

let django: ScriptedDjango;

beforeEach(() => {
  django = scriptedDjango(ADA_VISITS);
});

test.each<[string, Visitor, (string | null)[], string[]]>([
  ["another person's", BARBARA_VISITS, ["barbara", "account_changed"], []],
  ["no one's", NO_ONE, [null, "not_signed_in"], []],
  ["the same person's", ADA_VISITS, [ADA.username, null], ["POST"]],
])("django: it comes back to %s session", async (_, visitor, outcome, exchanges) => {
  await leave("django");
  django.visitor = visitor;
  django.sent.length = 0;
  const store = await comeBack(null, "django");
  expect(outcomeOf(store)).toEqual(outcome);
  expect(django.asked().filter((method) => method === "POST")).toEqual(exchanges);
  expect(told).toEqual([]);
  expect([recall(), hasAsker()]).toEqual([null, false]);
});

test("django: another person who confirms is told of, as in a window", async () => {
  await leave("django");
  django.next = BARBARA_VISITS;
  await comeBack(null, "django");
  await vi.waitFor(() => expect(told).toEqual(["barbara"]));
});

test("a sign-in comes back to whichever session", async () => {
  await leave("django");
  django.visitor = NO_ONE;
  const store = await load(null, "django");
  msal.onPopup = async () => Promise.reject(popupBlocked());
  await store.opened();
  void store.signIn();
  await vi.waitFor(() => expect(msal.redirects).toHaveLength(1));
  django.visitor = BARBARA_VISITS;
  expect(outcomeOf(await comeBack(null, "django"))).toEqual([ADA.username, null]);
  await vi.waitFor(() => expect(told).toEqual([ADA.username]));
});

test.each<[string, Visitor, (string | null)[], number]>([
  ["another person's", BARBARA_VISITS, ["barbara", "account_changed"], 0],
  ["the same person's", ADA_VISITS, [ADA.username, null], 1],
])("the window of an earlier load answers to %s page", async (_, visitor, outcome, windows) => {
  const before = await load(ADA, "django");
  await demand(before);
  void before.confirm();
  const attempt = recall() as string;
  django.visitor = visitor;
  const store = await load(ADA, "django");
  msal.onPopup = async () => answer("of ada", ADA);
  await store.opened();
  const bridge = answerChannel(attempt);
  for (let count = 0; count < 3; count++) bridge.postMessage("answered");
  await vi.waitFor(() => expect(recall()).toBeNull());
  await vi.waitFor(() => expect(outcomeOf(store)).toEqual(outcome));
  expect(msal.popups).toHaveLength(windows);
});
