/** A session that is made outside React. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ADA_VISITS, NO_ONE, type ScriptedDjango, scriptedDjango } from "../../__tests__/scriptedDjango.js";
import { ADA_ACCOUNT, CONFIG } from "../../__tests__/scriptedMsal.js";
import { de } from "../../texts/de.js";
import { createSession } from "../entranceSession.js";
import { EntranceError } from "../errors.js";
import { openSession, pageSession } from "../pageSession.js";
import { authorizedFetch } from "../requests/authorizedFetch.js";
import { type EntranceSession, storeOf } from "../storeOf.js";

let django: ScriptedDjango;
let count = 0;

beforeEach(() => {
  django = scriptedDjango(ADA_VISITS);
});
afterEach(() => vi.restoreAllMocks());

/** A session of its own for each test: the same configuration gives the same session. */
const makeOptions = (): Parameters<typeof createSession>[0] => ({
  config: { ...CONFIG, clientId: `5ba00000-0000-4000-a000-0000000001${String(count++).padStart(2, "0")}` },
  session: "django",
});

test("it is starting, starts by itself, and is known then", async () => {
  const session = createSession(makeOptions());
  expect(session.getSnapshot()).toEqual({ status: "starting" });
  expect(await session.known()).toMatchObject({ status: "signed-in", account: ADA_ACCOUNT });
  expect(session.getSnapshot()).toBe(await session.known());
  expect(django.asked()).toEqual(["GET"]);
});

test("an own login is known at once, before the session has started by itself", async () => {
  const barbara = { name: "Barbara Liskov", username: "barbara" };
  const ownLogin = { account: () => barbara, subscribe: () => () => {}, authorize: () => {}, signOut: () => {} };
  const { config } = makeOptions();
  const known = await createSession({ config, ownLogin }).known();
  expect(known).toMatchObject({ status: "signed-in", via: "password", account: barbara });
});

test("one that fails to start is known, too", async () => {
  django.refusals.set("GET", new Response(null, { status: 503 }));
  const session = createSession(makeOptions());
  expect(await session.known()).toMatchObject({ status: "failed", error: { code: "django_unreachable" } });
});

test("one with an own login is known at once, without Django and MSAL", async () => {
  const account = { name: "Barbara Liskov", username: "barbara" };
  const ownLogin = { account: () => account, subscribe: () => () => {}, authorize: () => {}, signOut: () => {} };
  const session = createSession({ config: makeOptions().config, ownLogin });
  expect(await session.known()).toMatchObject({ status: "signed-in", account, via: "password" });
});

test("authorizedFetch outside React finds it", async () => {
  const session = createSession(makeOptions());
  expect(await (await authorizedFetch("/x", { method: "POST" })).text()).toBe("fine");
  expect(pageSession()).toBe(storeOf(session));
  expect(django.sent.at(-1)).toMatchObject({ path: "/x", csrf: "ada's" });
});

test("its own fetch is of this session, whichever was made last", async () => {
  const session = createSession(makeOptions());
  createSession({ config: "/other.json" });
  await session.fetch("/x", { method: "POST" });
  expect(django.sent.at(-1)).toMatchObject({ path: "/x", csrf: "ada's" });
});

test("the same options give the same session, as after a hot reload or with a provider", () => {
  const options = makeOptions();
  const session = createSession(options);
  expect(createSession({ ...options })).toBe(session);
  expect(openSession(options)).toBe(storeOf(session));
});

test("other options give another session", () => {
  expect(createSession(makeOptions())).not.toBe(createSession(makeOptions()));
});

test("listeners are called for changes of the session only, until they leave", async () => {
  const session = createSession(makeOptions());
  const listener = vi.fn();
  const stop = session.subscribe(listener);
  await session.known();
  expect(listener).toHaveBeenCalledOnce();
  await session.refresh();
  expect(listener).toHaveBeenCalledOnce();
  django.visitor = NO_ONE;
  await session.refresh();
  expect(listener).toHaveBeenCalledTimes(2);
  stop();
  django.visitor = ADA_VISITS;
  await session.refresh();
  expect(listener).toHaveBeenCalledTimes(2);
  expect(session.getSnapshot().status).toBe("signed-in");
});

test("a sign-in is told to its listeners, until they leave", () => {
  const session = createSession(makeOptions());
  const listener = vi.fn();
  const stop = session.onSignedIn(listener);
  const { signInListeners } = storeOf(session);
  signInListeners.tell({ ok: true, account: ADA_ACCOUNT }, true);
  stop();
  signInListeners.tell({ ok: true, account: ADA_ACCOUNT }, true);
  return vi.waitFor(() => expect(listener.mock.calls).toEqual([[ADA_ACCOUNT]]));
});

test("a token is refused like getAccessToken's", async () => {
  django.visitor = NO_ONE;
  await expect(createSession(makeOptions()).getAccessToken()).rejects.toMatchObject({ code: "not_signed_in" });
});

test("an object that createSession did not make is refused", () => {
  expect(() => storeOf({} as EntranceSession)).toThrow("was not made by createSession()");
});

test("its texts are English, or those that it was given", () => {
  const options = makeOptions();
  const error = new EntranceError("popup_blocked");
  const session = createSession(options);
  expect([session.texts.lang, session.errorText(error)]).toEqual(["en", error.message]);
  createSession({ ...options, texts: de }); // as after a hot reload
  expect([session.texts, session.errorText(error)]).toEqual([de, de.errors.popup_blocked]);
});
