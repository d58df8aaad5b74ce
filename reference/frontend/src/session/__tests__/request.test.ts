import { afterEach, expect, test, vi } from "vitest";
import { DeleteEntryDocument, ViewerDocument } from "../../graphql/generated/documents";
import { graphQLError, json, problem, scriptedApi } from "../../testing/scriptedApi";
import { BadAnswer, GraphQLFailure, Refused, Unreachable } from "../errors";
import { createRequest, plainFetch, withToken } from "../request";

const asking = (answer: unknown) => createRequest(scriptedApi({ Viewer: () => answer }).send)(ViewerDocument, {});
const failure = (answer: unknown) => asking(answer).catch((error: unknown) => error);

afterEach(() => vi.unstubAllGlobals());

test("returns the data", async () => {
  expect(await asking({ viewer: null })).toEqual({ viewer: null });
});

test("sends the document and its variables", async () => {
  const { send, asked } = scriptedApi({ DeleteEntry: () => ({ deleteEntry: "7" }) });
  await createRequest(send)(DeleteEntryDocument, { id: "7" });
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

test("the own token goes into the Authorization header", async () => {
  const { send, asked } = scriptedApi({ Viewer: () => ({ viewer: null }) });
  const onRefused = vi.fn();
  await createRequest(withToken(send, "own", onRefused))(ViewerDocument, {});
  expect(asked[0]?.headers.get("Authorization")).toBe("Bearer own");
  expect(onRefused).not.toHaveBeenCalled();
});

test("a 401 calls onRefused", async () => {
  const { send } = scriptedApi({ Viewer: () => problem(401, "token_expired") });
  const onRefused = vi.fn();
  await expect(createRequest(withToken(send, "own", onRefused))(ViewerDocument, {})).rejects.toBeInstanceOf(Refused);
  expect(onRefused).toHaveBeenCalledOnce();
});

test("a 403 does not call onRefused", async () => {
  const { send } = scriptedApi({ Viewer: () => problem(403, "user_disabled") });
  const onRefused = vi.fn();
  await expect(createRequest(withToken(send, "own", onRefused))(ViewerDocument, {})).rejects.toBeInstanceOf(Refused);
  expect(onRefused).not.toHaveBeenCalled();
});

test("a broken connection is Unreachable", async () => {
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError("Failed to fetch")));
  await expect(plainFetch("/graphql/", {})).rejects.toBeInstanceOf(Unreachable);
});

test("an aborted request keeps its error", async () => {
  const reason = new DOMException("Given up.", "AbortError");
  vi.stubGlobal("fetch", () => Promise.reject(reason));
  await expect(plainFetch("/graphql/", { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
});
