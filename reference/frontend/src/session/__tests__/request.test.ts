import { expect, test } from "vitest";
import { DeleteEntryDocument, ViewerDocument } from "../../graphql/generated/documents";
import { graphQLError, json, problem, scriptedApi } from "../../testing/scriptedApi";
import { BadAnswer, GraphQLFailure, Refused } from "../errors";
import { createRequest } from "../request";

const asking = (answer: unknown) => createRequest(scriptedApi({ Viewer: () => answer }).fetch)(ViewerDocument, {});
const failure = (answer: unknown) => asking(answer).catch((error: unknown) => error);

test("returns the data", async () => {
  expect(await asking({ viewer: null })).toEqual({ viewer: null });
});

test("sends the document and its variables", async () => {
  const { fetch, asked } = scriptedApi({ DeleteEntry: () => ({ deleteEntry: "7" }) });
  await createRequest(fetch)(DeleteEntryDocument, { id: "7" });
  expect(asked).toMatchObject([{ operation: "DeleteEntry", variables: { id: "7" } }]);
});

test("a GraphQL error keeps its code and its message", async () => {
  const error = await failure(graphQLError("BAD_INPUT", "The text is empty."));
  expect(error).toBeInstanceOf(GraphQLFailure);
  expect(error).toMatchObject({ code: "BAD_INPUT", message: "The text is empty." });
});

test("a GraphQL error without a code is unknown", async () => {
  expect(await failure(json({ errors: [{ message: "Oops" }] }))).toMatchObject({ code: "UNKNOWN" });
});

test("a problem document is a Refused error", async () => {
  const error = await failure(problem(403, "user_disabled"));
  expect(error).toBeInstanceOf(Refused);
  expect(error).toMatchObject({
    status: 403,
    title: "Access denied",
    detail: "Detail of the API.",
    reason: "user_disabled",
  });
});

test("a page instead of JSON is a BadAnswer", async () => {
  const error = await failure(new Response("<h1>Server Error</h1>", { status: 500 }));
  expect(error).toBeInstanceOf(BadAnswer);
  expect(error).toMatchObject({ message: "Logbook answered with status 500." });
});

test("a response without data is a BadAnswer", async () => {
  expect(await failure(json({}))).toBeInstanceOf(BadAnswer);
});
