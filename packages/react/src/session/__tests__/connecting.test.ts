import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { problem, respondWith, TICKET } from "../../__tests__/scriptedConnect.js";
import { BARBARA_VISITS } from "../../__tests__/scriptedDjango.js";
import {
  ADA,
  answer,
  BOB,
  CONFIG,
  notAssigned,
  type ScriptedMsal,
  scriptedMsal,
} from "../../__tests__/scriptedMsal.js";
import { type ConnectOptions, type ConnectResult, type ConnectTarget, connectMicrosoft } from "../own/connecting.js";
import { SessionStore } from "../session.js";

const URL_OF_CONNECT = "http://localhost:8000/entrance/account/connect/";
const CONNECTED = { user: "barbara" };
const ownFetch: ConnectTarget["fetch"] = (url, init) =>
  fetch(url, { ...init, headers: { ...init.headers, Authorization: "Bearer own" } });

let msal: ScriptedMsal;
let store: SessionStore;

beforeEach(() => {
  open(scriptedMsal(ADA));
});

afterEach(() => {
  // biome-ignore lint/suspicious/noDocumentCookie: jsdom has no CookieStore.
  document.cookie = "csrftoken=; max-age=0";
});

function open(scripted: ScriptedMsal): void {
  msal = scripted;
  msal.onSilent = async ({ account }) => answer("entra", account);
  store = new SessionStore({ config: CONFIG }, () => msal);
}

async function connect(options: ConnectOptions = {}, target: ConnectTarget = { fetch: ownFetch }) {
  await store.ready();
  return connectMicrosoft(store, target, options);
}

const codeOf = (result: ConnectResult): string | null => (result.ok ? null : result.error.code);

test("the own account asks for the ticket, and Microsoft's token redeems it", async () => {
  const sent = respondWith(Response.json(TICKET), Response.json(CONNECTED));
  expect(await connect()).toEqual({ ok: true, user: "barbara" });
  expect(sent).toEqual([
    { url: URL_OF_CONNECT, authorization: "Bearer own", csrf: null, body: {} },
    { url: URL_OF_CONNECT, authorization: "Bearer entra", csrf: null, body: { ticket: "of-barbara" } },
  ]);
  expect(msal.popups).toEqual([]);
});

test("a password goes with the request for the ticket, and nowhere else", async () => {
  const sent = respondWith(Response.json(TICKET), Response.json(CONNECTED));
  await connect({ password: "p" });
  expect(sent.map(({ body }) => body)).toEqual([{ password: "p" }, { ticket: "of-barbara" }]);
});

test("the page of django-entrance is beside config.json, and url overrides it", async () => {
  const prefixed = new SessionStore({ config: "https://api.contoso.example/site/entrance/config.json" }, () => msal);
  expect(prefixed.entranceUrl("account/")).toBe("https://api.contoso.example/site/entrance/account/");
  const sent = respondWith(Response.json(TICKET), Response.json(CONNECTED));
  await connect({}, { fetch: ownFetch, url: "http://localhost:8000/elsewhere/" });
  expect(sent.map(({ url }) => url)).toEqual(Array(2).fill("http://localhost:8000/elsewhere/"));
});

test("a Django session sends the CSRF token of its cookie", async () => {
  // biome-ignore lint/suspicious/noDocumentCookie: jsdom has no CookieStore.
  document.cookie = "csrftoken=crumb";
  const sent = respondWith(Response.json(TICKET), Response.json(CONNECTED));
  expect(await connect({}, {})).toEqual({ ok: true, user: "barbara" });
  expect(sent.map(({ csrf, authorization }) => [csrf, authorization])).toEqual([
    ["crumb", null],
    [null, "Bearer entra"],
  ]);
});

test("without the cookie, the account's page is asked for it first", async () => {
  const sent = respondWith(Response.json({}), Response.json(TICKET), Response.json(CONNECTED));
  await connect({}, {});
  expect(sent.map(({ url }) => url)).toEqual([
    "http://localhost:8000/entrance/account/",
    URL_OF_CONNECT,
    URL_OF_CONNECT,
  ]);
});

test("without a Microsoft account the window opens in the click", async () => {
  open(scriptedMsal());
  await store.ready();
  respondWith(Response.json(TICKET), Response.json(CONNECTED));
  msal.onPopup = async () => answer("entra");
  const connecting = connectMicrosoft(store, { fetch: ownFetch }, {});
  expect(msal.popups).toHaveLength(1);
  expect(await connecting).toEqual({ ok: true, user: "barbara" });
});

test.each([{ prompt: "select_account" as const }, { loginHint: BOB.username }])("%o asks Microsoft", async (asked) => {
  const sent = respondWith(Response.json(TICKET), Response.json(CONNECTED));
  msal.onPopup = async () => answer("entra", BOB);
  expect(await connect(asked)).toEqual({ ok: true, user: "barbara" });
  expect(msal.popups).toMatchObject([asked]);
  expect(sent).toHaveLength(2);
});

test("a session that is starting is waited for", async () => {
  respondWith(Response.json(TICKET), Response.json(CONNECTED));
  expect(await connectMicrosoft(store, { fetch: ownFetch }, {})).toEqual({ ok: true, user: "barbara" });
});

test("a session that does not start is the failure", async () => {
  store = new SessionStore({ config: { ...CONFIG, clientId: "" } }, () => msal);
  const sent = respondWith();
  expect(codeOf(await connectMicrosoft(store, { fetch: ownFetch }, {}))).toBe("config_invalid");
  expect(sent).toEqual([]);
});

test.each(["password_needed", "not_signed_in"])("%s at the first step redeems nothing", async (reason) => {
  const sent = respondWith(problem(reason));
  expect(codeOf(await connect())).toBe(reason);
  expect(sent).toHaveLength(1);
});

test.each(["ticket_refused", "already_connected", "password_needed"])("%s at the second step", async (reason) => {
  respondWith(Response.json(TICKET), problem(reason));
  expect(codeOf(await connect())).toBe(reason);
});

test("a refused ticket closes Microsoft's window", async () => {
  open(scriptedMsal());
  await store.ready();
  respondWith(problem("password_needed"));
  const connecting = connectMicrosoft(store, { fetch: ownFetch }, {});
  const window = msal.openWindow();
  expect(codeOf(await connecting)).toBe("password_needed");
  expect(window.closed).toBe(true);
  await vi.waitFor(() => expect(store.getSnapshot().busy).toBe(false));
});

test("a refused sign-in redeems nothing", async () => {
  open(scriptedMsal());
  const sent = respondWith(Response.json(TICKET));
  msal.onPopup = async () => Promise.reject(notAssigned());
  expect(codeOf(await connect())).toBe("not_assigned");
  expect(sent).toHaveLength(1);
});

test.each([
  ["no JSON", new Response("<h1>Log in</h1>"), "unexpected"],
  ["no object", Response.json(null), "unexpected"],
  ["an empty ticket", Response.json({ ticket: "" }), "unexpected"],
  ["a failed CSRF check", new Response("<h1>Forbidden</h1>", { status: 403 }), "unexpected"],
  ["no connection", new TypeError("Failed to fetch"), "network"],
  ["an error of the own fetch", new RangeError("odd"), "unexpected"],
])("%s", async (_what, response, code) => {
  const sent = respondWith(response);
  expect(codeOf(await connect())).toBe(code);
  expect(sent).toHaveLength(1);
});

test("the account that was signed in at the click is the one that is connected", async () => {
  const sent = respondWith(Response.json(TICKET));
  msal.onSilent = async () => {
    msal.setActiveAccount(BOB);
    return answer("of Bob", BOB);
  };
  expect(codeOf(await connect())).toBe("account_changed");
  expect(sent).toHaveLength(1);
});

test.each([
  ["of this origin", "/entrance/config.json"],
  ["of another origin of the site", "http://localhost:9000/entrance/config.json"],
])("the request for the ticket has the cookies of a Django %s", async (_, address) => {
  const asked: (readonly string[])[] = [];
  vi.stubGlobal("fetch", async (input: RequestInfo | URL, init?: RequestInit) => {
    const { method, url, credentials } = new Request(input, init);
    asked.push([method, url, credentials]);
    const config = { ...CONFIG, redirectUri: "http://localhost:8000/r", apiOrigins: [new URL(url).origin] };
    return Response.json(url.endsWith("/session/") ? BARBARA_VISITS : { ...config, ...TICKET, ...CONNECTED });
  });
  msal.onPopup = async () => answer("entra");
  store = new SessionStore({ config: address, session: "django" }, () => msal);
  await store.opened();
  expect(await connect({}, {})).toEqual({ ok: true, user: "barbara" });
  const url = new URL("/entrance/account/connect/", new URL(address, location.origin)).href;
  expect(asked).toContainEqual(["POST", url, "include"]);
});
