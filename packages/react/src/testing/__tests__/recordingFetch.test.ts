import { expect, test, vi } from "vitest";
import { json, recordingFetch } from "../recordingFetch.js";

test("an entry with a method goes before one without, and one with a query before its path", async () => {
  const api = recordingFetch({
    "/api/": json("any"),
    "POST /api/": json("post"),
    "/api/?page=2": json("second"),
  });
  const read = async (path: string, init?: RequestInit): Promise<unknown> => (await api(path, init)).json();
  expect(await read("/api/")).toBe("any");
  expect(await read("/api/?page=1")).toBe("any");
  expect(await read("/api/?page=2")).toBe("second");
  expect(await read("/api/", { method: "POST" })).toBe("post");
  expect(api.requests.map(({ method, url }) => `${method} ${url}`)).toEqual([
    "GET /api/",
    "GET /api/?page=1",
    "GET /api/?page=2",
    "POST /api/",
  ]);
});

test("a body is recorded as JSON if it is JSON, else as text", async () => {
  const api = recordingFetch({ "/api/": json(null) });
  for (const body of ['{"text":1}', "plain", undefined]) await api("/api/", { method: "POST", body: body ?? null });
  expect(api.requests.map(({ body }) => body)).toEqual([{ text: 1 }, "plain", null]);
});

test("an answer has its status and headers, and can be given twice", async () => {
  const api = recordingFetch({ "/api/": json({ id: 7 }, { status: 201, headers: { Location: "/api/7/" } }) });
  for (const response of [await api("/api/"), await api("/api/")]) {
    expect([response.status, response.headers.get("Location"), await response.json()]).toEqual([
      201,
      "/api/7/",
      { id: 7 },
    ]);
  }
});

test("an answer is made from the request, and an aborted request gets none", async () => {
  const api = recordingFetch({ "/api/": async (request) => new Response(request.headers.get("X-Asked")) });
  expect(await (await api("/api/", { headers: { "X-Asked": "yes" } })).text()).toBe("yes");
  await expect(api("/api/", { signal: AbortSignal.abort() })).rejects.toMatchObject({ name: "AbortError" });
});

test("an answer that is made from the request may be what json gives", async () => {
  const api = recordingFetch({
    "/api/": (request) => json({ asked: request.headers.get("X-Asked") }, { status: 201 }),
    "/later/": async () => json("later"),
  });
  const response = await api("/api/", { headers: { "X-Asked": "yes" } });
  expect([response.status, await response.json()]).toEqual([201, { asked: "yes" }]);
  expect(await (await api("/later/")).json()).toBe("later");
});

test("an environment without Request, such as Jest's jsdom, is told what to do", () => {
  expect(() => recordingFetch({})).not.toThrow();
  vi.stubGlobal("Request", undefined);
  expect(() => recordingFetch({})).toThrow(/testEnvironment: "jest-fixed-jsdom"/);
});
