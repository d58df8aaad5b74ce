import { AuthError } from "@azure/msal-browser";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { NetworkClient } from "../microsoft/msal/networkClient.js";

const TOKEN = "http://localhost:8400/token";
const REDEEM = { body: "grant_type=authorization_code&code=1", correlationId: "42" };
const REFRESH = { body: "grant_type=refresh_token&refresh_token=1", correlationId: "42" };
const served = async (): Promise<Response> => new Response('{"access_token":"one"}');
const busy = async (): Promise<Response> => new Response("{}", { status: 429 });
const failed = async (): Promise<Response> => Promise.reject(new TypeError("Failed to fetch"));

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Answers in order; the last answer repeats. */
function answerWith(...answers: ((init: RequestInit) => Promise<Response>)[]): () => number {
  const fetch = vi.fn((_: string, init: RequestInit) => {
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    return answer ? answer(init) : new Promise<never>(() => {});
  });
  vi.stubGlobal("fetch", fetch);
  return () => fetch.mock.calls.length;
}

test.each([
  ["GET", async (client: NetworkClient) => client.sendGetRequestAsync(TOKEN, { headers: { "X-One": "1" } })],
  ["POST", async (client: NetworkClient) => client.sendPostRequestAsync(TOKEN, { headers: { "X-One": "1" } })],
])("an answer of %s as MSAL reads it", async (method, ask) => {
  const seen: RequestInit[] = [];
  answerWith(async (init) => {
    seen.push(init);
    return new Response('{"error":"invalid_grant"}', { status: 400, headers: { "X-Ms-Request-Id": "7" } });
  });
  expect(await ask(new NetworkClient())).toMatchObject({
    status: 400,
    body: { error: "invalid_grant" },
    headers: { "x-ms-request-id": "7" },
  });
  expect(seen).toMatchObject([{ method, headers: { "X-One": "1" } }]);
});

test.each([
  ["503", async () => new Response('{"error":"temporarily_unavailable"}', { status: 503 }), "microsoft_unreachable"],
  ["429", busy, "microsoft_busy"],
  ["a page of a guest network", async () => new Response("<html>"), "microsoft_unreachable"],
  ["no connection", failed, "microsoft_unreachable"],
])("%s is an AuthError of MSAL with our code", async (_, respond, errorCode) => {
  answerWith(respond);
  const asked = new NetworkClient().sendPostRequestAsync(TOKEN, REDEEM).catch((error: unknown) => error);
  await vi.advanceTimersByTimeAsync(100);
  const error = await asked;
  expect(error).toBeInstanceOf(AuthError);
  expect(error).toMatchObject({ errorCode, correlationId: "42" });
});

test("offline, it is told at once", async () => {
  vi.spyOn(navigator, "onLine", "get").mockReturnValue(false);
  const asked = answerWith(failed);
  await expect(new NetworkClient().sendPostRequestAsync(TOKEN, REDEEM)).rejects.toMatchObject({ errorCode: "offline" });
  expect(asked()).toBe(1);
});

test("a request whose connection failed is sent once more", async () => {
  const asked = answerWith(failed, served);
  const answer = new NetworkClient().sendPostRequestAsync(TOKEN, REDEEM);
  await vi.advanceTimersByTimeAsync(100);
  expect(await answer).toMatchObject({ body: { access_token: "one" } });
  expect(asked()).toBe(2);
});

test.each([
  ["no answer", () => new Promise<never>(() => {})],
  ["an answer without an end", async () => new Response(new ReadableStream({}))],
])("%s is given up within ten seconds", async (_, respond) => {
  answerWith(respond);
  const refused = expect(new NetworkClient().sendPostRequestAsync(TOKEN, REDEEM)).rejects.toMatchObject({
    errorCode: "microsoft_unreachable",
    subError: "no answer: no answer within 8 s",
  });
  await vi.advanceTimersByTimeAsync(8_000);
  await refused;
});

test.each([
  ["20", 20_000],
  [null, 10_000],
  ["3600", 60_000],
])("after 429 with Retry-After %s no renewal is sent for %i ms, but a code is redeemed", async (seconds, pause) => {
  const headers = seconds === null ? {} : { "Retry-After": seconds };
  const asked = answerWith(async () => new Response("{}", { status: 429, headers }), served);
  const client = new NetworkClient();
  await expect(client.sendPostRequestAsync(TOKEN, REFRESH)).rejects.toMatchObject({ errorCode: "microsoft_busy" });
  await vi.advanceTimersByTimeAsync(pause - 1);
  await expect(client.sendPostRequestAsync(TOKEN, REFRESH)).rejects.toMatchObject({ errorCode: "microsoft_busy" });
  expect(asked()).toBe(1);
  expect(await client.sendPostRequestAsync(TOKEN, REDEEM)).toMatchObject({ status: 200 });
  await vi.advanceTimersByTimeAsync(1);
  expect(await client.sendPostRequestAsync(TOKEN, REFRESH)).toMatchObject({ status: 200 });
  expect(asked()).toBe(3);
});
