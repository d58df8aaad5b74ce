import { expect, test } from "vitest";
import { problem } from "../../__tests__/scriptedConnect.js";
import { readRefusal } from "../requests/refusals.js";

test.each([
  ["account_exists", "Sign in to it as before, then connect Microsoft to it."],
  ["already_connected", "belongs to another account"],
  ["ticket_refused", "try again"],
  ["password_needed", "password"],
  ["last_way_in", "only way to sign in"],
  ["overage_unresolved", "too many groups"],
  ["app_role_missing", "a role that you do not have"],
  ["scope_missing", "lacks a permission"],
  ["graph_unreachable", "in a minute"],
  ["not_signed_in", "not signed in"],
])("%s is a code with a sentence of its own", async (reason, words) => {
  const refusal = await readRefusal(problem(reason));
  expect([refusal?.code, refusal?.details]).toEqual([reason, "A title"]);
  expect(refusal?.message).toContain(words);
});

test("another reason keeps the server's words", async () => {
  const refusal = await readRefusal(problem("user_disabled"));
  expect([refusal?.code, refusal?.message, refusal?.details]).toEqual([
    "unexpected",
    "A title. A detail.",
    "user_disabled",
  ]);
});

test.each([
  ["a good response", new Response("{}")],
  ["a page", new Response("<h1>Forbidden</h1>", { status: 403 })],
  ["no object", new Response("null", { status: 403 })],
  ["another problem", new Response('{"type": "urn:logbook:token_expired"}', { status: 401 })],
  ["a problem without a type", new Response('{"reason": "account_exists"}', { status: 403 })],
])("%s is no refusal of django-entrance", async (_what, response) => {
  expect(await readRefusal(response)).toBeNull();
});

test("the response can be read afterwards", async () => {
  const response = problem("account_exists");
  await readRefusal(response);
  expect((await response.json()).reason).toBe("account_exists");
});
