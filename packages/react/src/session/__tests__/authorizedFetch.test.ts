import { BrowserAuthError } from "@azure/msal-browser";
import { beforeEach, expect, test, vi } from "vitest";
import { ADA, answer, CONFIG, type ScriptedMsal, scriptedMsal } from "../../__tests__/scriptedMsal.js";
import { authorizedFetch } from "../authorizedFetch.js";
import { setPageSession } from "../pageSession.js";
import { SessionStore } from "../session.js";

const CLAIMS = '{"access_token":{"acrs":{"essential":true,"value":"c1"}}}';
const CHALLENGE = { "WWW-Authenticate": `Bearer error="insufficient_claims", claims="${btoa(CLAIMS)}"` };
const refused = (headers?: HeadersInit): Response =>
  new Response("refused", { status: 401, ...(headers && { headers }) });
const fine = (): Response => new Response("fine");

let msal: ScriptedMsal;
let sent: { url: string; authorization: string | null; body: string }[];

beforeEach(() => {
  msal = scriptedMsal(ADA);
  msal.onSilent = async ({ forceRefresh, claims }) => answer(claims ? "stepped up" : forceRefresh ? "new" : "old");
  sent = [];
  setPageSession(new SessionStore({ config: { ...CONFIG, apiOrigins: ["https://api.contoso.example"] } }, () => msal));
});

/** Answers in order; the last answer repeats. */
function api(...answers: (() => Response)[]): void {
  vi.stubGlobal("fetch", async (request: Request) => {
    const { url, headers } = request;
    sent.push({ url, authorization: headers.get("Authorization"), body: await request.text() });
    return (answers.shift() ?? fine)();
  });
}

const tokensSent = (): (string | null)[] => sent.map(({ authorization }) => authorization);

test("a request of the page's own origin carries the token", async () => {
  api(fine);
  expect(await (await authorizedFetch("/graphql/", { method: "POST", body: "{}" })).text()).toBe("fine");
  expect(sent).toEqual([{ url: "http://localhost:8000/graphql/", authorization: "Bearer old", body: "{}" }]);
});

test.each([
  ["a URL", new URL("http://localhost:8000/x")],
  ["a Request", new Request("http://localhost:8000/x")],
])("%s is taken as well", async (_, input) => {
  api(fine);
  await authorizedFetch(input);
  expect(sent).toMatchObject([{ url: "http://localhost:8000/x", authorization: "Bearer old" }]);
});

test("an origin named in apiOrigins gets the token", async () => {
  api(fine);
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
  api(fine);
  await expect(authorizedFetch(address)).rejects.toMatchObject({ code: "origin_refused" });
  expect([sent.length, msal.silents.length]).toEqual([0, 0]);
});

test("401 is tried once more with a renewed token and the same body", async () => {
  api(refused, fine);
  expect((await authorizedFetch("/x", { method: "POST", body: "again" })).status).toBe(200);
  expect(sent.map(({ authorization, body }) => [authorization, body])).toEqual([
    ["Bearer old", "again"],
    ["Bearer new", "again"],
  ]);
});

test("a second 401 is the answer; there is no third request", async () => {
  api(refused, refused, fine);
  expect((await authorizedFetch("/x")).status).toBe(401);
  expect(tokensSent()).toEqual(["Bearer old", "Bearer new"]);
});

test.each([400, 403, 500, 503])("%i is not tried again", async (status) => {
  api(() => new Response(null, { status }), fine);
  expect((await authorizedFetch("/x")).status).toBe(status);
  expect(sent).toHaveLength(1);
});

test("a claims challenge is answered with a token that satisfies it", async () => {
  api(() => refused(CHALLENGE), fine);
  await authorizedFetch("/x");
  expect(tokensSent()).toEqual(["Bearer old", "Bearer stepped up"]);
  expect(msal.silents.at(-1)).toMatchObject({ claims: CLAIMS });
});

test("a repeated claims challenge does not loop", async () => {
  api(
    () => refused(CHALLENGE),
    () => refused(CHALLENGE),
    fine,
  );
  expect((await authorizedFetch("/x")).status).toBe(401);
  expect(sent).toHaveLength(2);
});

test("refused requests at the same time share one renewal", async () => {
  vi.stubGlobal("fetch", async (request: Request) =>
    request.headers.get("Authorization") === "Bearer new" ? fine() : refused(),
  );
  await Promise.all([authorizedFetch("/a"), authorizedFetch("/b"), authorizedFetch("/c")]);
  expect(msal.silents.filter(({ forceRefresh }) => forceRefresh)).toHaveLength(1);
});

test("nobody signed in: not_signed_in, nothing is sent", async () => {
  api(fine);
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
  await expect(authorizedFetch("/x")).rejects.toMatchObject({ name: "EntranceError", code: "network" });
});

test("an API that cannot be reached is network", async () => {
  vi.stubGlobal("fetch", async () => Promise.reject(new TypeError("Failed to fetch")));
  await expect(authorizedFetch("/x")).rejects.toMatchObject({ code: "network" });
});

test("an aborted signal rejects with its reason before anything is sent", async () => {
  api(fine);
  await expect(authorizedFetch("/x", { signal: AbortSignal.abort("enough") })).rejects.toBe("enough");
  expect(sent).toEqual([]);
});

test("aborting while the token is acquired ends the wait", async () => {
  api(fine);
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
