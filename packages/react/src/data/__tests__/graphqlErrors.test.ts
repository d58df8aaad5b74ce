import { CombinedGraphQLErrors } from "@apollo/client";
import { CombinedError } from "@urql/core";
import { expect, test } from "vitest";
import { EntranceError } from "../../session/errors.js";
import { readGraphQLRefusal, refusalsIn } from "../graphqlErrors.js";

const ERROR = {
  message: "An app role is missing",
  path: ["hello"],
  extensions: { code: "FORBIDDEN", reason: "app_role_missing" },
};

test.each<[string, unknown]>([
  ["a list of errors", [ERROR]],
  ["an answer", { data: null, errors: [ERROR] }],
  ["Apollo Client's error", new CombinedGraphQLErrors({ errors: [ERROR] })],
  ["urql's error", new CombinedError({ graphQLErrors: [ERROR] })],
  ["graphql-request's error", { response: { errors: [ERROR] } }],
  ["urql's error of a failed request", new CombinedError({ networkError: new EntranceError("app_role_missing") })],
  ["an EntranceError", new EntranceError("app_role_missing")],
])("%s is read", (_, found) => {
  expect(readGraphQLRefusal(found)).toMatchObject({ name: "EntranceError", code: "app_role_missing" });
});

test("a reason without a code of its own is unexpected, with the server's message", () => {
  const error = { ...ERROR, message: "Closed on Sundays", extensions: { code: "FORBIDDEN", reason: "sunday" } };
  expect(readGraphQLRefusal([error])).toMatchObject({
    code: "unexpected",
    message: "Closed on Sundays",
    details: "sunday",
  });
});

test.each<[string, unknown]>([
  ["nothing", undefined],
  ["another error", new TypeError("broken")],
  ["an answer without errors", { data: {} }],
  ["an error without extensions", [{ message: "broken" }]],
  ["another code", [{ ...ERROR, extensions: { code: "BAD_USER_INPUT", reason: "app_role_missing" } }]],
  ["a refusal of another library", [{ ...ERROR, extensions: { code: "FORBIDDEN" } }]],
  ["no list", { errors: "broken" }],
  ["a null in the list", [null]],
])("%s is no refusal", (_, found) => {
  expect(readGraphQLRefusal(found)).toBeNull();
});

test("the first refusal counts, wherever it is in the list", () => {
  expect(readGraphQLRefusal([{ message: "broken" }, ERROR])).toMatchObject({ code: "app_role_missing" });
});

test("a refusal has its path and its claims", () => {
  const extensions = { code: "UNAUTHENTICATED", reason: "insufficient_claims", claims: "e30=" };
  expect(refusalsIn([{ message: "Confirm", path: ["a", 1], extensions }, ERROR])).toEqual([
    { message: "Confirm", path: ["a", 1], reason: "insufficient_claims", isUnauthenticated: true, claims: "e30=" },
    {
      message: ERROR.message,
      path: ["hello"],
      reason: "app_role_missing",
      isUnauthenticated: false,
      claims: null,
    },
  ]);
});
