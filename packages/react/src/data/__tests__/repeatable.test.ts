import { expect, test } from "vitest";
import { isRepeatable } from "../repeatable.js";

const REFUSED = { message: "", path: ["a"], reason: "", isUnauthenticated: true, claims: null };
const REFUSED_INSIDE = { ...REFUSED, path: ["a", "b"] };

const body = (query: string): string => JSON.stringify({ query });

test.each([
  "{ a }",
  "query Q($id: ID!) { a(id: $id) { b } }",
  'query Q { a(text: "mutation") } # a mutation?',
  'query Q { a(text: """a "mutation" of moths""") }',
  "fragment F on A { b } query { a { ...F } }",
])("%s is a query", (query) => {
  expect(isRepeatable(body(query), [REFUSED_INSIDE])).toBe(true);
});

test.each([
  "mutation { a }",
  "mutation M($text: String!) { add: a(text: $text, in: { b: 1 }) { b { c } d } }",
  'mutation { a(text: "} {") { b } }',
  "mutation M @live { a @once(by: 1) { b } }",
  "mutation { a\n }\n",
])("%s is a mutation of one field, done by no one if the field was refused", (query) => {
  expect(isRepeatable(body(query), [REFUSED])).toBe(true);
  expect(isRepeatable(body(query), [REFUSED_INSIDE])).toBe(false);
  expect(isRepeatable(body(query), [REFUSED, REFUSED_INSIDE])).toBe(false);
  expect(isRepeatable(body(query), [])).toBe(false);
});

test.each([
  "mutation { a b }",
  "mutation { a { c } b { c } }",
  "mutation { ...F } fragment F on Mutation { a b }",
  "mutation { ... on Mutation { a b } }",
  "query Q { a } mutation M { a }",
  "mutation M { a } query Q { a }",
])("%s may have done something", (query) => {
  expect(isRepeatable(body(query), [REFUSED])).toBe(false);
});

test.each<[string, unknown]>([
  ["a persisted query", JSON.stringify({ extensions: { persistedQuery: {} } })],
  ["a batch", JSON.stringify([{ query: "{ a }" }])],
  ["no JSON", "{ a }"],
  ["JSON null", "null"],
  ["an upload", new FormData()],
  ["no body", undefined],
])("%s may be anything", (_, found) => {
  expect(isRepeatable(found, [REFUSED])).toBe(false);
});
