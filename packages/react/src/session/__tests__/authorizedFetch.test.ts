import { BrowserAuthError } from "@azure/msal-browser";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import {
  ADA,
  ADA_ELSEWHERE,
  answer,
  BOB,
  CONFIG,
  type ScriptedMsal,
  scriptedMsal,
} from "../../__tests__/scriptedMsal.js";
import type { EntranceError } from "../errors.js";
import { pageSession, setPageSession } from "../pageSession.js";
import { authorizedFetch } from "../requests/authorizedFetch.js";
import { SessionStore } from "../session.js";

const CLAIMS = '{"access_token":{"acrs":{"essential":true,"value":"c1"}}}';
const CHALLENGE = { "WWW-Authenticate": `Bearer error="insufficient_claims", claims="${btoa(CLAIMS)}"` };
const unauthorized = (headers?: HeadersInit): Response =>
  new Response("refused", { status: 401, ...(headers && { headers }) });
const ok = (): Response => new Response("fine");

let msal: ScriptedMsal;
let sent: { url: string; authorization: string | null; body: string }[];

beforeEach(() => {
  msal = scriptedMsal(ADA);
  msal.onSilent = async ({ forceRefresh, claims }) => answer(claims ? "stepped up" : forceRefresh ? "new" : "old");
  sent = [];
  setPageSession(new SessionStore({ config: { ...CONFIG, apiOrigins: ["https://api.contoso.example"] } }, () => msal));
});

afterEach(() => {
  vi.useRealTimers();
  document.head.innerHTML = "";
});

/** Responds in order; the last response repeats. */
function respondWith(...answers: (() => Response)[]): void {
  vi.stubGlobal("fetch", async (request: Request) => {
    const { url, headers } = request;
    sent.push({ url, authorization: headers.get("Authorization"), body: await request.text() });
    return (answers.shift() ?? ok)();
  });
}

/** Sets the URL of a response, as browsers do. */
function responseFrom(address: string, response: Response): Response {
  return Object.defineProperties(response, { url: { value: address }, redirected: { value: true } });
}

const tokensSent = (): (string | null)[] => sent.map(({ authorization }) => authorization);

test("a request of the page's own origin carries the token", async () => {
  respondWith(ok);
  expect(await (await authorizedFetch("/graphql/", { method: "POST", body: "{}" })).text()).toBe("fine");
  expect(sent).toEqual([{ url: "http://localhost:8000/graphql/", authorization: "Bearer old", body: "{}" }]);
});

test.each([
  ["a URL", new URL("http://localhost:8000/x")],
  ["a Request", new Request("http://localhost:8000/x")],
])("%s is taken as well", async (_, input) => {
  respondWith(ok);
  await authorizedFetch(input);
  expect(sent).toMatchObject([{ url: "http://localhost:8000/x", authorization: "Bearer old" }]);
});

test("an origin named in apiOrigins gets the token", async () => {
  respondWith(ok);
  await authorizedFetch("https://api.contoso.example/x");
  expect(tokensSent()).toEqual(["Bearer old"]);
});

test.each([
  "https://evil.example/",
  "http://localhost:8001/",
  "https://localhost:8000/",
  "//api.contoso.example.evil.example/",
  "data:,x",
])("%s is refused before any token is acquired or anything is sent: origin_refused", async (address) => {
  respondWith(ok);
  await expect(authorizedFetch(address)).rejects.toMatchObject({ code: "origin_refused" });
  expect([sent.length, msal.silents.length]).toEqual([0, 0]);
});

test("401 is tried once more with a renewed token and the same body", async () => {
  respondWith(unauthorized, ok);
  expect((await authorizedFetch("/x", { method: "POST", body: "again" })).status).toBe(200);
  expect(sent.map(({ authorization, body }) => [authorization, body])).toEqual([
    ["Bearer old", "again"],
    ["Bearer new", "again"],
  ]);
});

test.each([
  ["POST", ["Bearer old"]],
  ["GET", ["Bearer old", "Bearer new"]],
])("%s: a 401 of the page where a redirect led is no refusal of what was done", async (method, tokens) => {
  respondWith(() => responseFrom("http://localhost:8000/done", unauthorized()), ok);
  await authorizedFetch("/x", { method });
  expect(tokensSent()).toEqual(tokens);
});

test("a second 401 is the answer; there is no third request", async () => {
  respondWith(unauthorized, unauthorized, ok);
  expect((await authorizedFetch("/x")).status).toBe(401);
  expect(tokensSent()).toEqual(["Bearer old", "Bearer new"]);
});

test.each([400, 403, 500, 503])("%i is not tried again", async (status) => {
  respondWith(() => new Response(null, { status }), ok);
  expect((await authorizedFetch("/x")).status).toBe(status);
  expect(sent).toHaveLength(1);
});

test("a claims challenge is answered with a token that satisfies it", async () => {
  respondWith(() => unauthorized(CHALLENGE), ok);
  await authorizedFetch("/x");
  expect(tokensSent()).toEqual(["Bearer old", "Bearer stepped up"]);
  expect(msal.silents.at(-1)).toMatchObject({ claims: CLAIMS });
});

test("a repeated claims challenge does not loop", async () => {
  respondWith(
    () => unauthorized(CHALLENGE),
    () => unauthorized(CHALLENGE),
    ok,
  );
  expect((await authorizedFetch("/x")).status).toBe(401);
  expect(sent).toHaveLength(2);
});

test("refused requests at the same time share one renewal", async () => {
  vi.stubGlobal("fetch", async (request: Request) =>
    request.headers.get("Authorization") === "Bearer new" ? ok() : unauthorized(),
  );
  await Promise.all([authorizedFetch("/a"), authorizedFetch("/b"), authorizedFetch("/c")]);
  expect(msal.silents.filter(({ forceRefresh }) => forceRefresh)).toHaveLength(1);
});

test("without a signed-in person: not_signed_in, nothing is sent", async () => {
  respondWith(ok);
  msal.getActiveAccount = () => null;
  await expect(authorizedFetch("/x")).rejects.toMatchObject({ code: "not_signed_in" });
  expect(sent).toEqual([]);
});

test("without a provider: provider_missing", async () => {
  setPageSession(null);
  await expect(authorizedFetch("/x")).rejects.toMatchObject({ code: "provider_missing" });
});

test("a token that cannot be acquired rejects with an EntranceError, not with MSAL's", async () => {
  msal.onSilent = async () => Promise.reject(new BrowserAuthError("post_request_failed", "42"));
  await expect(authorizedFetch("/x")).rejects.toMatchObject({ name: "EntranceError", code: "microsoft_unreachable" });
});

test("an API that cannot be reached is network, and the cause is kept", async () => {
  const cause = new TypeError("Failed to fetch");
  vi.stubGlobal("fetch", async () => Promise.reject(cause));
  await expect(authorizedFetch("/x")).rejects.toMatchObject({ code: "network", cause });
});

test.each([
  [{ Authorization: "Bearer of my own" }, "authorization_given"],
  [{ "X-Authorization": "Bearer of my own" }, null],
])("with the header %j: %s", async (headers, code) => {
  const fetch = vi.fn(async () => new Response("fine"));
  vi.stubGlobal("fetch", fetch);
  const refusal = await authorizedFetch("/x", { headers }).then(
    () => null,
    (error: EntranceError) => error.code,
  );
  expect([refusal, fetch.mock.calls.length]).toEqual([code, code ? 0 : 1]);
});

test("an aborted signal rejects with its reason before anything is sent", async () => {
  respondWith(ok);
  await expect(authorizedFetch("/x", { signal: AbortSignal.abort("enough") })).rejects.toBe("enough");
  expect(sent).toEqual([]);
});

test("aborting while the token is acquired ends the wait", async () => {
  respondWith(ok);
  msal.onSilent = () => new Promise(() => {});
  const controller = new AbortController();
  const waiting = authorizedFetch("/x", { signal: controller.signal });
  await vi.waitFor(() => expect(msal.silents).toHaveLength(1));
  controller.abort("enough");
  await expect(waiting).rejects.toBe("enough");
  expect(sent).toEqual([]);
});

test("aborting while fetching rejects with the abort, not with network", async () => {
  const controller = new AbortController();
  vi.stubGlobal("fetch", async (request: Request) => {
    controller.abort("enough");
    throw request.signal.reason;
  });
  await expect(authorizedFetch("/x", { signal: controller.signal })).rejects.toBe("enough");
});

test.each([
  ["another person", BOB],
  ["the same object id in another tenant", ADA_ELSEWHERE],
])("%s between the 401 and the second request: account_changed, and the body is not sent again", async (_, other) => {
  respondWith(() => {
    msal.setActiveAccount(other);
    return unauthorized();
  });
  await expect(authorizedFetch("/x", { method: "POST", body: "Ada's" })).rejects.toMatchObject({
    code: "account_changed",
    message: "The account has changed, so this was not sent. Check the account, then try again.",
  });
  expect(tokensSent()).toEqual(["Bearer old"]);
});

test("the same account chosen once more between the two requests is no change", async () => {
  respondWith(() => {
    msal.setActiveAccount({ ...ADA, name: "Ada King" });
    return unauthorized();
  }, ok);
  expect((await authorizedFetch("/x")).status).toBe(200);
  expect(tokensSent()).toEqual(["Bearer old", "Bearer new"]);
});

test("an account that changes while the token is acquired: account_changed, nothing is sent", async () => {
  respondWith(ok);
  msal.onSilent = async () => {
    msal.setActiveAccount(BOB);
    return answer("Ada's");
  };
  await expect(authorizedFetch("/x")).rejects.toMatchObject({ code: "account_changed" });
  expect(sent).toEqual([]);
});

test("an account that another tab chose before this page noticed: account_changed, nothing is sent", async () => {
  respondWith(ok);
  await pageSession().ready();
  msal.getActiveAccount = () => BOB;
  await expect(authorizedFetch("/x")).rejects.toMatchObject({ code: "account_changed" });
  expect([sent.length, msal.silents.length]).toEqual([0, 0]);
});

test("a sign-out between the two requests: not_signed_in, and nothing more is sent", async () => {
  respondWith(() => {
    msal.setActiveAccount(null);
    return unauthorized();
  });
  await expect(authorizedFetch("/x")).rejects.toMatchObject({ code: "not_signed_in" });
  expect(tokensSent()).toEqual(["Bearer old"]);
});

test("a 401 from another origin after a redirect is returned: its challenge is ignored, nothing is sent again", async () => {
  respondWith(() => responseFrom("https://evil.example/", unauthorized(CHALLENGE)), ok);
  expect((await authorizedFetch("/x")).status).toBe(401);
  expect(tokensSent()).toEqual(["Bearer old"]);
  expect(msal.silents).toHaveLength(1);
});

test("a 401 from another allowed origin after a redirect is returned, too: it got no token", async () => {
  respondWith(() => responseFrom("https://api.contoso.example/x", unauthorized()), ok);
  expect((await authorizedFetch("/x")).status).toBe(401);
  expect(sent).toHaveLength(1);
});

test("a challenge after a redirect on the API's own origin is honoured", async () => {
  respondWith(() => responseFrom("http://localhost:8000/x/", unauthorized(CHALLENGE)), ok);
  await authorizedFetch("/x");
  expect(tokensSent()).toEqual(["Bearer old", "Bearer stepped up"]);
});

test.each([
  ["refused", undefined],
  ["challenged", CHALLENGE],
])("20 polls within five minutes that are %s force one renewal, and the next one more", async (_, headers) => {
  vi.useFakeTimers();
  let issued = 0;
  msal.onSilent = async ({ forceRefresh, claims }) =>
    forceRefresh || claims ? answer(`${++issued}`) : answer(`${issued}`, ADA, true);
  vi.stubGlobal("fetch", async () => unauthorized(headers));
  const poll = async (): Promise<void> => {
    expect((await authorizedFetch("/news")).status).toBe(401);
    vi.setSystemTime(Date.now() + 15_000);
  };
  for (let count = 0; count < 20; count++) await poll();
  expect(issued).toBe(1);
  await poll();
  await poll();
  expect(issued).toBe(2);
});

test("a token that could not be renewed is not sent a second time", async () => {
  respondWith(unauthorized, unauthorized, unauthorized, unauthorized);
  await authorizedFetch("/a");
  msal.onSilent = async () => answer("new");
  expect((await authorizedFetch("/b")).status).toBe(401);
  expect(tokensSent()).toEqual(["Bearer old", "Bearer new", "Bearer new"]);
});

test.each(["https://evil.example/", "https://api.contoso.example/"])(
  "an injected <base href=%j> leads no request astray",
  async (href) => {
    document.head.innerHTML = `<base href="${href}">`;
    respondWith(ok);
    await authorizedFetch("/graphql/");
    await authorizedFetch("news");
    expect(sent.map(({ url }) => url)).toEqual(["http://localhost:8000/graphql/", "http://localhost:8000/news"]);
  },
);
