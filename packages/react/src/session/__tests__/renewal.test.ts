/** The silent renewal of a Django session, while something else changes. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import {
  ADA_VISITS,
  BARBARA_VISITS,
  NO_ONE,
  type ScriptedDjango,
  SESSION_URL,
  scriptedDjango,
  stale,
} from "../../__tests__/scriptedDjango.js";
import { ADA, answer, CONFIG, notAssigned, type ScriptedMsal, scriptedMsal } from "../../__tests__/scriptedMsal.js";
import type { Visitor } from "../django/visitor.js";
import { fetchThrough } from "../requests/authorizedFetch.js";
import { SessionStore } from "../session.js";

const CLAIMS = '{"access_token":{"acrs":{"essential":true,"value":"c1"}}}';
const challenge = (): Response =>
  new Response("", {
    status: 401,
    headers: { "WWW-Authenticate": `Bearer error="insufficient_claims", claims="${btoa(CLAIMS)}"` },
  });

let django: ScriptedDjango;
let msal: ScriptedMsal;
let store: SessionStore;
/** Microsoft's answer to the renewal under way. */
let respond: (answer: ReturnType<typeof answering>) => void;

const answering = (): ReturnType<typeof answer> => answer("of ada");

beforeEach(async () => {
  django = scriptedDjango(ADA_VISITS);
  msal = scriptedMsal(ADA);
  msal.onSilent = () => new Promise((resolve) => (respond = resolve));
  store = new SessionStore(
    { config: CONFIG, session: "django" },
    () => msal,
    () => {},
  );
  await store.opened();
  const isRenewed = (): boolean => django.asked().includes("POST");
  django.onApi = () => (isRenewed() ? new Response("fine") : stale());
});

afterEach(() => vi.unstubAllGlobals());

const post = (): Promise<unknown> =>
  fetchThrough(store, "/x", { method: "POST", body: "{}" }).then(
    ({ status }) => status,
    ({ code }) => code,
  );

async function inAnotherTab(visitor: Visitor): Promise<void> {
  django.visitor = visitor;
  const tab = new BroadcastChannel(`django-entrance ${SESSION_URL}`);
  tab.postMessage(visitor);
  const username = visitor.user?.username;
  await vi.waitFor(() => expect(store.account?.username).toBe(username));
}

async function postDuringRenewal(): Promise<{ ended: Promise<unknown> }> {
  const ended = post();
  await vi.waitFor(() => expect(msal.silents).toHaveLength(1));
  return { ended };
}

test("a renewal under way ends with the person's session, anew", async () => {
  const { ended } = await postDuringRenewal();
  await inAnotherTab(ADA_VISITS);
  respond(answering());
  expect([await ended, django.asked()]).toEqual([200, ["GET", "POST"]]);
});

test.each([
  ["signs out", NO_ONE, "not_signed_in"],
  ["signs in as someone else", BARBARA_VISITS, "account_changed"],
])("while another tab %s, a renewal under way starts no session", async (_, visitor, code) => {
  const { ended } = await postDuringRenewal();
  await inAnotherTab(visitor);
  respond(answering());
  expect([await ended, django.asked(), django.visitor]).toEqual([code, ["GET"], visitor]);
});

test("Microsoft's refusal of one person does not end the session of the next", async () => {
  let refuse = (_: Error): void => {};
  msal.onSilent = () => new Promise((_, reject) => (refuse = reject));
  const { ended } = await postDuringRenewal();
  await inAnotherTab(BARBARA_VISITS);
  refuse(notAssigned());
  expect([await ended, django.visitor, store.account?.username]).toEqual([
    "account_changed",
    BARBARA_VISITS,
    "barbara",
  ]);
});

test("a sign-out in this tab ends a renewal under way", async () => {
  const { ended } = await postDuringRenewal();
  await store.signOut();
  respond(answering());
  expect([await ended, django.asked()]).toEqual(["not_signed_in", ["GET", "GET", "DELETE"]]);
});

test("the closing of a window does not", async () => {
  const { ended } = await postDuringRenewal();
  store.cancel();
  respond(answering());
  expect([await ended, django.asked()]).toEqual([200, ["GET", "POST"]]);
});

test("after a sign-out here and a sign-in in another tab, a stale session is renewed", async () => {
  await store.signOut();
  await inAnotherTab(ADA_VISITS);
  msal.onSilent = async () => answering();
  expect([await post(), store.account?.username]).toEqual([200, "ada@contoso.example"]);
  expect(django.asked().slice(3)).toEqual(["POST"]);
});

test("a claims challenge during a renewal without claims is answered after it", async () => {
  msal.onSilent = async () => answering();
  const asked = (): (string | undefined)[] => msal.silents.map(({ claims }) => claims);
  let stales = 0;
  django.onApi = ({ path }) => {
    if (path === "/a") return stales++ ? new Response("fine") : stale();
    return asked().includes(CLAIMS) ? new Response("fine") : challenge();
  };
  const both = await Promise.all([fetchThrough(store, "/a"), fetchThrough(store, "/b")]);
  expect([both.map(({ status }) => status), asked()]).toEqual([
    [200, 200],
    [undefined, CLAIMS],
  ]);
});

test("requests with the same challenge share one renewal", async () => {
  msal.onSilent = async () => answering();
  django.onApi = () => (msal.silents.length ? new Response("fine") : challenge());
  const both = await Promise.all([fetchThrough(store, "/a"), fetchThrough(store, "/b")]);
  expect([both.map(({ status }) => status), msal.silents.length]).toEqual([[200, 200], 1]);
});
