/** urql's client itself, with our exchange. */
import { Client, cacheExchange, fetchExchange } from "@urql/core";
import { expect, test } from "vitest";
import { problem } from "../../__tests__/scriptedConnect.js";
import { readGraphQLRefusal } from "../graphqlErrors.js";
import type { DataOptions } from "../graphqlFetch.js";
import { entranceExchange } from "../urqlExchange.js";
import { challenge, data, refusal, scriptApi } from "./scriptedApi.js";

const api = scriptApi();
const HELLO = "query Hello { hello }";

const client = (options?: DataOptions, url = "/graphql/"): Client =>
  new Client({
    url,
    preferGetMethod: false,
    exchanges: [cacheExchange, entranceExchange(options), fetchExchange],
  });
const tokensSent = (): (string | null)[] => api.sent.map(({ authorization }) => authorization);

test("a query carries the token", async () => {
  expect((await client().query(HELLO, {}).toPromise()).data).toEqual({ hello: "Ada" });
  expect(api.sent).toMatchObject([{ url: "http://localhost:8000/graphql/", authorization: "Bearer old" }]);
});

test("an address that may not have the token is refused", async () => {
  const { error } = await client({}, "https://evil.example/graphql/").query(HELLO, {}).toPromise();
  expect(error?.networkError).toMatchObject({ code: "origin_refused" });
  expect(api.sent).toEqual([]);
});

test("a challenge is met, for a mutation too", async () => {
  api.answers = [challenge, () => data({ hello: "Ada" })];
  expect((await client().mutation("mutation { hello }", {}).toPromise()).data).toEqual({ hello: "Ada" });
  expect(tokensSent()).toEqual(["Bearer old", "Bearer stepped up"]);
});

test.each([
  ["in an answer", () => refusal("app_role_missing")],
  ["of the middleware", () => problem("app_role_missing", 403)],
])("a refusal %s is the result's error", async (_, respond) => {
  api.answers = [respond];
  const { error } = await client().query(HELLO, {}).toPromise();
  expect(readGraphQLRefusal(error)).toMatchObject({ name: "EntranceError", code: "app_role_missing" });
});

test("a refusal beside data is found in urql's error", async () => {
  const beside = { hello: null, goodbye: "Ada" };
  api.answers = [() => refusal("app_role_missing", {}, beside)];
  const found = await client().query("{ hello goodbye }", {}).toPromise();
  expect(found.data).toEqual(beside);
  expect(readGraphQLRefusal(found.error)).toMatchObject({ code: "app_role_missing" });
});

test("an operation chooses for itself whether it needs a person", async () => {
  api.msal.setActiveAccount(null);
  const { error } = await client().query(HELLO, {}).toPromise();
  expect(error?.networkError).toMatchObject({ code: "not_signed_in" });
  const fetchOptions: object = { authorization: "optional" };
  expect((await client().query(HELLO, {}, { fetchOptions }).toPromise()).data).toEqual({ hello: "Ada" });
  expect(tokensSent()).toEqual([null]);
});

test("a query by GET carries the token", async () => {
  await client().query(HELLO, {}, { preferGetMethod: "force" }).toPromise();
  expect(api.sent).toMatchObject([{ url: expect.stringContaining("query=query"), authorization: "Bearer old" }]);
});
