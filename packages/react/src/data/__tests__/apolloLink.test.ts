/** Apollo Client 4 itself, with our link. */
import { ApolloClient, gql, InMemoryCache } from "@apollo/client";
import { BatchHttpLink } from "@apollo/client/link/batch-http";
import { expect, test } from "vitest";
import { problem } from "../../__tests__/scriptedConnect.js";
import { type EntranceLinkOptions, entranceLink } from "../apolloLink.js";
import { readGraphQLRefusal } from "../graphqlErrors.js";
import { challenge, data, json, refusal, scriptApi } from "./scriptedApi.js";

const api = scriptApi();
const HELLO = gql`query Hello { hello }`;
const SAY_HELLO = gql`mutation SayHello { hello }`;

const client = (options?: EntranceLinkOptions): ApolloClient =>
  new ApolloClient({ link: entranceLink(options), cache: new InMemoryCache() });
const tokensSent = (): (string | null)[] => api.sent.map(({ authorization }) => authorization);

test("a query carries the token, to Django's address with its slash", async () => {
  expect((await client().query({ query: HELLO })).data).toEqual({ hello: "Ada" });
  expect(api.sent).toMatchObject([{ url: "http://localhost:8000/graphql/", authorization: "Bearer old" }]);
  expect(JSON.parse(api.sent[0]?.body ?? "")).toMatchObject({ operationName: "Hello" });
});

test("the options of HttpLink are passed on", async () => {
  await client({ uri: "/v2/graphql/", headers: { "X-Name": "value" } }).query({ query: HELLO });
  expect(api.sent).toMatchObject([{ url: "http://localhost:8000/v2/graphql/" }]);
});

test("an address that may not have the token is refused", async () => {
  const query = client({ uri: "https://evil.example/graphql/" }).query({ query: HELLO });
  await expect(query).rejects.toMatchObject({ code: "origin_refused" });
  expect(api.sent).toEqual([]);
});

test("a challenge is met, for a mutation too", async () => {
  api.answers = [challenge, () => data({ hello: "Ada" })];
  expect((await client().mutate({ mutation: SAY_HELLO })).data).toEqual({ hello: "Ada" });
  expect(tokensSent()).toEqual(["Bearer old", "Bearer stepped up"]);
});

test("a 401 is tried once more with a renewed token", async () => {
  api.answers = [() => problem("token_expired", 401), () => data({ hello: "Ada" })];
  expect((await client().query({ query: HELLO })).data).toEqual({ hello: "Ada" });
  expect(tokensSent()).toEqual(["Bearer old", "Bearer new"]);
});

test.each([
  ["in an answer", () => refusal("app_role_missing")],
  ["of the middleware", () => problem("app_role_missing", 403)],
])("a refusal %s is the query's error", async (_, respond) => {
  api.answers = [respond];
  const { error } = await client().query({ query: HELLO, errorPolicy: "all" });
  expect(error).toMatchObject({ name: "EntranceError", code: "app_role_missing" });
});

test("a refusal beside data is found in Apollo's error", async () => {
  const beside = { hello: null, goodbye: "Ada" };
  api.answers = [() => refusal("app_role_missing", {}, beside)];
  const found = await client().query({ query: gql`query { hello goodbye }`, errorPolicy: "all" });
  expect(found.data).toEqual(beside);
  expect(readGraphQLRefusal(found.error)).toMatchObject({ code: "app_role_missing" });
});

test("an operation chooses for itself whether it needs a person", async () => {
  api.msal.setActiveAccount(null);
  const required = client().query({ query: HELLO });
  await expect(required).rejects.toMatchObject({ code: "not_signed_in" });
  const fetchOptions: object = { authorization: "optional" };
  expect((await client().query({ query: HELLO, context: { fetchOptions } })).data).toEqual({ hello: "Ada" });
  expect(tokensSent()).toEqual([null]);
});

test("all operations of a link may do without a person", async () => {
  api.msal.setActiveAccount(null);
  await client({ authorization: "optional" }).query({ query: HELLO });
  expect(tokensSent()).toEqual([null]);
});

test("another link is given the fetch: batches", async () => {
  api.answers = [() => json([{ data: { hello: "Ada" } }, { data: { goodbye: "Ada" } }])];
  const link = client({ terminate: (send) => new BatchHttpLink({ uri: "/graphql/", fetch: send, batchInterval: 1 }) });
  const found = await Promise.all([
    link.query({ query: HELLO }),
    link.query({ query: gql`query Goodbye { goodbye }` }),
  ]);
  expect(found.map((each) => each.data)).toEqual([{ hello: "Ada" }, { goodbye: "Ada" }]);
  expect(tokensSent()).toEqual(["Bearer old"]);
});

test("an aborted query ends its request", async () => {
  const controller = new AbortController();
  api.msal.onSilent = () => new Promise(() => {});
  const context = { fetchOptions: { signal: controller.signal } };
  const query = client().query({ query: HELLO, context });
  controller.abort();
  await expect(query).rejects.toMatchObject({ name: "AbortError" });
  expect(api.sent).toEqual([]);
});
