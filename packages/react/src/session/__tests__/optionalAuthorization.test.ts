/** `authorization: "optional"`: with a person the request proves who it is, without one it is sent bare. */
import { beforeEach, expect, test, vi } from "vitest";
import { ADA_VISITS, NO_ONE, type ScriptedDjango, scriptedDjango } from "../../__tests__/scriptedDjango.js";
import { ADA, answer, BOB, CONFIG, type ScriptedMsal, scriptedMsal } from "../../__tests__/scriptedMsal.js";
import { setPageSession } from "../pageSession.js";
import { authorizedFetch } from "../requests/authorizedFetch.js";
import { SessionStore } from "../session.js";

const OPTIONAL = { authorization: "optional" } as const;

let msal: ScriptedMsal;
let sent: (string | null)[];

beforeEach(() => {
  sent = [];
  vi.stubGlobal("fetch", async ({ headers }: Request) => {
    sent.push(headers.get("Authorization"));
    return new Response("fine");
  });
});

function makeStore(signedIn: ScriptedMsal): SessionStore {
  msal = signedIn;
  msal.onSilent = async () => answer("hers");
  const store = new SessionStore({ config: CONFIG }, () => msal);
  setPageSession(store);
  return store;
}

test("a signed-in person's request carries the token", async () => {
  await makeStore(scriptedMsal(ADA)).ready();
  await authorizedFetch("/public/", OPTIONAL);
  expect(sent).toEqual(["Bearer hers"]);
});

test("without a person, the request is sent bare", async () => {
  await makeStore(scriptedMsal()).ready();
  expect((await authorizedFetch("/public/", OPTIONAL)).status).toBe(200);
  expect(sent).toEqual([null]);
});

test.each([
  ["who has just signed in in another tab", () => void scriptedMsal(ADA), "Bearer hers"],
  ["while another tab stores something else", () => localStorage.setItem("theme", "dark"), null],
])("before MSAL is loaded, the request of a person %s", async (_, inAnotherTab, authorization) => {
  vi.stubGlobal("requestIdleCallback", () => 0);
  const store = makeStore(scriptedMsal());
  await store.opened();
  inAnotherTab();
  if (authorization !== null) msal.setActiveAccount(ADA);
  await authorizedFetch("/public/", OPTIONAL);
  expect(sent).toEqual([authorization]);
});

test("without a person and without the option, it is refused", async () => {
  await makeStore(scriptedMsal()).ready();
  await expect(authorizedFetch("/public/")).rejects.toMatchObject({ code: "not_signed_in" });
  expect(sent).toEqual([]);
});

test("a session that is starting is waited for: its person's request carries the token", async () => {
  const store = makeStore(scriptedMsal(ADA));
  let finish = (): void => {};
  const started = new Promise<void>((resolve) => {
    finish = resolve;
  });
  msal.initialize = () => started;
  const response = authorizedFetch("/public/", OPTIONAL);
  await Promise.resolve();
  expect([store.getSnapshot().session.status, sent]).toEqual(["starting", []]);
  finish();
  expect((await response).status).toBe(200);
  expect(sent).toEqual(["Bearer hers"]);
});

test("a session that fails to start sends nothing: the page does not know whose request it is", async () => {
  makeStore(scriptedMsal(ADA));
  msal.initialize = () => Promise.reject(new TypeError("broken"));
  await expect(authorizedFetch("/public/", OPTIONAL)).rejects.toMatchObject({ code: "unexpected" });
  expect(sent).toEqual([]);
});

test("a person who signs out meanwhile: the request is not sent bare instead", async () => {
  await makeStore(scriptedMsal(ADA)).ready();
  msal.onSilent = async () => {
    msal.setActiveAccount(null);
    return answer("hers");
  };
  await expect(authorizedFetch("/public/", OPTIONAL)).rejects.toMatchObject({ code: "not_signed_in" });
  expect(sent).toEqual([]);
});

test("another account meanwhile: account_changed", async () => {
  await makeStore(scriptedMsal(ADA)).ready();
  msal.onSilent = async () => {
    msal.setActiveAccount(BOB);
    return answer("hers");
  };
  await expect(authorizedFetch("/public/", OPTIONAL)).rejects.toMatchObject({ code: "account_changed" });
  expect(sent).toEqual([]);
});

test.each([
  ["https://api.contoso.example/x", 1],
  ["https://api.contoso.example.evil.example/x", 0],
])("without a person, too, %s is requested %i times", async (url, times) => {
  const store = new SessionStore({ config: CONFIG, apiOrigins: ["https://api.contoso.example"] }, () => scriptedMsal());
  setPageSession(store);
  const code = await authorizedFetch(url, OPTIONAL).then(
    () => null,
    (error) => error.code,
  );
  expect([code, sent.length]).toEqual([times ? null : "origin_refused", times]);
});

test("an abort ends the wait for a session that is starting", async () => {
  makeStore(scriptedMsal(ADA));
  msal.initialize = () => new Promise(() => {});
  const controller = new AbortController();
  const response = authorizedFetch("/public/", { ...OPTIONAL, signal: controller.signal });
  controller.abort();
  await expect(response).rejects.toMatchObject({ name: "AbortError" });
});

function inDjangoSession(visitor: ScriptedDjango["visitor"]): ScriptedDjango {
  const django = scriptedDjango(visitor);
  msal = scriptedMsal();
  setPageSession(new SessionStore({ config: CONFIG, session: "django" }, () => msal));
  return django;
}

const toApi = ({ sent: requests }: ScriptedDjango): ScriptedDjango["sent"] =>
  requests.filter(({ path }) => path === "/public/");

test("without a Django session, the request has what Django's CSRF protection asks of anyone", async () => {
  const django = inDjangoSession(NO_ONE);
  expect((await authorizedFetch("/public/", { ...OPTIONAL, method: "POST" })).status).toBe(200);
  expect(toApi(django)).toMatchObject([{ csrf: "no one's", credentials: "include", bearer: null }]);
});

test("with a Django session, it is the person's", async () => {
  const django = inDjangoSession(ADA_VISITS);
  await authorizedFetch("/public/", { ...OPTIONAL, method: "POST" });
  expect(toApi(django)).toMatchObject([{ csrf: "ada's", credentials: "include" }]);
});

test("a person who signed in elsewhere meanwhile: account_changed, it is not sent again as that person", async () => {
  const django = inDjangoSession(NO_ONE);
  django.onApi = () => {
    django.visitor = ADA_VISITS;
    return new Response("who are you?", { status: 401 });
  };
  await expect(authorizedFetch("/public/", OPTIONAL)).rejects.toMatchObject({ code: "account_changed" });
  expect(toApi(django)).toHaveLength(1);
});

test.each([
  ["no one's", NO_ONE, ["GET"]],
  ["Ada's", ADA_VISITS, ["GET", "GET"]],
])("a refusal inside of %s answer asks for the session again only if there is one", async (_, visitor, asked) => {
  const django = inDjangoSession(visitor);
  const translate = async (): Promise<Response> => new Response(null, { status: 401 });
  await authorizedFetch("/public/", { ...OPTIONAL, translate });
  expect(django.asked()).toEqual(asked);
});

test("a 401 for no one is returned", async () => {
  const django = inDjangoSession(NO_ONE);
  django.onApi = () => new Response("who are you?", { status: 401 });
  expect((await authorizedFetch("/public/", OPTIONAL)).status).toBe(401);
  expect(toApi(django)).toHaveLength(1);
});
