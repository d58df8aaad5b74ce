/** What `authorizedFetch` sends twice after a 401, and what it cannot send twice. */
import { beforeEach, expect, test, vi } from "vitest";
import { problem } from "../../__tests__/scriptedConnect.js";
import { ADA_VISITS, scriptedDjango, stale } from "../../__tests__/scriptedDjango.js";
import { ADA, answer, CONFIG, type ScriptedMsal, scriptedMsal } from "../../__tests__/scriptedMsal.js";
import { setPageSession } from "../pageSession.js";
import { authorizedFetch } from "../requests/authorizedFetch.js";
import { SessionStore } from "../session.js";

let msal: ScriptedMsal;
let sent: { authorization: string | null; type: string | null; body: string }[];
let answers: Response[];

beforeEach(() => {
  msal = scriptedMsal(ADA);
  msal.onSilent = async ({ forceRefresh }) => answer(forceRefresh ? "new" : "old");
  setPageSession(new SessionStore({ config: CONFIG }, () => msal));
  sent = [];
  answers = [new Response("refused", { status: 401 })];
  vi.stubGlobal("fetch", async (request: Request) => {
    const { headers, signal } = request;
    const body = await request.text();
    signal.throwIfAborted();
    sent.push({ authorization: headers.get("Authorization"), type: headers.get("Content-Type"), body });
    return answers.shift() ?? new Response("fine");
  });
});

const put = (body: BodyInit, init: RequestInit = {}): Promise<Response> =>
  authorizedFetch("/upload/", { method: "PUT", body, ...init });

/** `duplex` is not in TypeScript's RequestInit yet. */
const half = { duplex: "half" } as RequestInit;

function streamOf(...parts: string[]): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new ReadableStream({
    pull(controller) {
      const part = parts.shift();
      if (part === undefined) controller.close();
      else controller.enqueue(new TextEncoder().encode(part));
    },
  });
}

/** Node's Blob and FormData: its `fetch` cannot read those of jsdom. */
const blobOf = (text: string): Promise<Blob> => new Response(text).blob();
const emptyForm = (): Promise<FormData> => new Response(new URLSearchParams()).formData();

test.each<[string, () => BodyInit | Promise<BodyInit>]>([
  ["text", () => "a moth"],
  ["a Blob", () => blobOf("a moth")],
  ["bytes", () => new TextEncoder().encode("a moth")],
  ["search parameters", () => new URLSearchParams({ text: "a moth" })],
])("%s is sent twice with the same bytes", async (_, body) => {
  expect(await (await put(await body())).text()).toBe("fine");
  expect(sent.map(({ authorization }) => authorization)).toEqual(["Bearer old", "Bearer new"]);
  expect(sent[0]?.body).toMatch(/a.moth/);
  expect(sent[1]?.body).toBe(sent[0]?.body);
});

test("FormData is sent twice with the same boundary", async () => {
  const form = await emptyForm();
  form.set("text", "a moth");
  form.set("file", await blobOf("wings"), "moth.txt");
  expect((await put(form)).status).toBe(200);
  expect(sent[0]).toMatchObject({ type: expect.stringMatching(/^multipart\/form-data; boundary=/) });
  expect(sent[0]?.body).toContain("wings");
  expect(sent[1]).toEqual({ ...sent[0], authorization: "Bearer new" });
});

test("a stream is sent once: the 401 is returned, and the next stream goes with the renewed token", async () => {
  expect((await put(streamOf("a ", "moth"), half)).status).toBe(401);
  expect(sent).toMatchObject([{ authorization: "Bearer old", body: "a moth" }]);
  msal.onSilent = async () => answer("new"); // from MSAL's cache
  expect((await put(streamOf("a ", "moth"), half)).status).toBe(200);
  expect(sent[1]).toMatchObject({ authorization: "Bearer new", body: "a moth" });
});

test("a stream that is not refused is sent like any body", async () => {
  answers = [];
  expect((await put(streamOf("a ", "moth"), half)).status).toBe(200);
  expect(sent).toMatchObject([{ authorization: "Bearer old", body: "a moth" }]);
});

test("a stream is not read while no token is there", async () => {
  msal.onSilent = async () => Promise.reject(new TypeError("no answer"));
  const pull = vi.fn();
  const stream = new ReadableStream({ pull }, { highWaterMark: 0 });
  await expect(put(stream, half)).rejects.toMatchObject({ name: "EntranceError" });
  expect([pull.mock.calls, sent]).toEqual([[], []]);
});

test("an abort between the two attempts ends the request: the body is not sent again", async () => {
  const controller = new AbortController();
  msal.onSilent = async ({ forceRefresh }) => {
    if (forceRefresh) controller.abort();
    return answer(forceRefresh ? "new" : "old");
  };
  await expect(put("a moth", { signal: controller.signal })).rejects.toMatchObject({ name: "AbortError" });
  expect(sent).toHaveLength(1);
});

test("a timeout is the caller's: it rejects with its reason, not with network", async () => {
  msal.onSilent = () => new Promise(() => {});
  const signal = AbortSignal.timeout(1);
  await expect(put("a moth", { signal })).rejects.toMatchObject({ name: "TimeoutError" });
  expect(sent).toEqual([]);
});

test("in a Django session, text is sent again after the renewal", async () => {
  const { sent: requests } = inDjangoSession();
  expect((await put("a moth")).status).toBe(200);
  expect(requests.filter(({ path }) => path === "/upload/")).toHaveLength(2);
});

test("in a Django session, a stream is sent once, and the session is renewed for the next", async () => {
  const { sent: requests, asked } = inDjangoSession();
  expect((await put(streamOf("a moth"), half)).status).toBe(401);
  expect(requests.filter(({ path }) => path === "/upload/")).toHaveLength(1);
  expect(asked()).toEqual(["GET", "POST"]);
  expect((await put(streamOf("a moth"), half)).status).toBe(200);
});

function inDjangoSession(): ReturnType<typeof scriptedDjango> {
  const django = scriptedDjango(ADA_VISITS);
  const refusals = [stale()];
  django.onApi = () => refusals.shift() ?? new Response("fine");
  setPageSession(new SessionStore({ config: CONFIG, session: "django" }, () => msal));
  return django;
}

test("a refusal that no renewal helps is not sent again", async () => {
  answers = [problem("app_role_missing", 403)];
  expect((await put("a moth")).status).toBe(403);
  expect(sent).toHaveLength(1);
});
