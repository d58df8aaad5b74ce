/** The samples of docs/data.md, with the libraries themselves. */
import { gql } from "@apollo/client";
import { QueryClient } from "@tanstack/react-query";
import { expect, test } from "vitest";
import { problem } from "../../__tests__/scriptedConnect.js";
import { challenge, data, json, refusal, scriptApi } from "./scriptedApi.js";

const api = scriptApi();
const HELLO = "{ hello }";
const tokensSent = () => api.sent.map(({ authorization }) => authorization);

test("Apollo Client", async () => {
  const { client } = await import("samples/data/apolloClient.ts");
  expect((await client.query({ query: gql(HELLO) })).data).toEqual({ hello: "Ada" });
  expect(api.sent).toMatchObject([{ url: "http://localhost:8000/graphql/", authorization: "Bearer old" }]);
});

test("a public query", async () => {
  const { readNews } = await import("samples/data/publicQuery.ts");
  api.msal.setActiveAccount(null);
  api.answers = [() => data({ news: [] })];
  expect((await readNews()).data).toEqual({ news: [] });
  expect(tokensSent()).toEqual([null]);
});

test("urql", async () => {
  const { client } = await import("samples/data/urqlClient.ts");
  expect((await client.query(HELLO, {}).toPromise()).data).toEqual({ hello: "Ada" });
  expect(api.sent).toMatchObject([{ url: "http://localhost:8000/graphql/", authorization: "Bearer old" }]);
});

test("graphql-request: a challenge is met, a refusal is the rejection", async () => {
  const { client } = await import("samples/data/graphqlRequest.ts");
  api.answers = [challenge, () => data({ hello: "Ada" }), () => refusal("app_role_missing")];
  expect(await client.request(HELLO)).toEqual({ hello: "Ada" });
  expect(tokensSent()).toEqual(["Bearer old", "Bearer stepped up"]);
  await expect(client.request(HELLO)).rejects.toMatchObject({ code: "app_role_missing" });
});

test("graphql-ws", async () => {
  const { live } = await import("samples/data/liveClient.ts");
  expect(live.iterate).toBeTypeOf("function"); // entranceConnection.test.ts connects it
});

test("graphql-ws: a subscription that is sent again names the last entry", async () => {
  const { followEntries } = await import("samples/data/followEntries.ts");
  const sent = [];
  const shown = [];
  const live = { subscribe: (payload, sink) => sent.push({ payload, sink }) };
  followEntries(live, (text) => shown.push(text));
  const [{ payload, sink }] = sent;
  expect(payload.variables).toEqual({});
  sink.next({ data: { entryAdded: { id: "7", text: "moth" } } });
  sink.next({});
  expect(payload.variables).toEqual({ after: "7" });
  expect(shown).toEqual(["moth"]);
});

test("graphql-ws that proves more", async () => {
  const { proving } = await import("samples/data/provingClient.ts");
  expect(proving.iterate).toBeTypeOf("function"); // entranceClient.test.ts connects it
});

test("TanStack Query: refusals are errors that are not tried again", async () => {
  const { entries, queryClient } = await import("samples/data/queries.ts");
  api.answers = [() => json([{ text: "moth" }])];
  expect(await queryClient.fetchQuery({ ...entries, retry: undefined })).toEqual([{ text: "moth" }]);
  queryClient.clear();
  api.answers = [() => problem("app_role_missing", 403)];
  const { retry } = queryClient.getDefaultOptions().queries;
  await expect(queryClient.fetchQuery({ ...entries, retry, retryDelay: 0 })).rejects.toMatchObject({
    code: "app_role_missing",
  });
  expect(api.sent).toHaveLength(2);
});

test("TanStack Query: what may pass is tried again", async () => {
  const { entries, queryClient } = await import("samples/data/queries.ts");
  queryClient.clear();
  api.answers = [
    () => {
      throw new TypeError("connection reset");
    },
    () => json([]),
  ];
  const { retry } = queryClient.getDefaultOptions().queries;
  expect(await queryClient.fetchQuery({ ...entries, retry, retryDelay: 0 })).toEqual([]);
  expect(api.sent).toHaveLength(2);
  expect(queryClient).toBeInstanceOf(QueryClient);
});

test("axios", async () => {
  const { api: client } = await import("samples/data/axiosClient.ts");
  api.answers = [() => problem("token_expired", 401), () => json({ text: "moth" })];
  expect((await client.post("/api/entries/", { text: "moth" })).data).toEqual({ text: "moth" });
  expect(api.sent).toMatchObject([
    { url: "http://localhost:8000/api/entries/", authorization: "Bearer old", body: '{"text":"moth"}' },
    { authorization: "Bearer new", body: '{"text":"moth"}' },
  ]);
});

test("axios: an EntranceError is the cause of its error", async () => {
  const { api: client } = await import("samples/data/axiosClient.ts");
  api.msal.setActiveAccount(null);
  await expect(client.get("/api/entries/")).rejects.toMatchObject({ cause: { code: "not_signed_in" } });
});

test("ky", async () => {
  const { api: client } = await import("samples/data/kyClient.ts");
  api.answers = [() => json({ text: "moth" })];
  expect(await client.post("api/entries/", { json: { text: "moth" } }).json()).toEqual({ text: "moth" });
  expect(api.sent).toMatchObject([{ url: "http://localhost:8000/api/entries/", authorization: "Bearer old" }]);
});

test("ky: what does not pass is not tried again", async () => {
  const { api: client } = await import("samples/data/kyClient.ts");
  api.msal.setActiveAccount(null);
  const before = performance.now();
  await expect(client.get("api/entries/").json()).rejects.toMatchObject({ code: "not_signed_in" });
  expect(performance.now() - before).toBeLessThan(500); // ky's first retry waits a second
});
