import { EntranceError } from "@django-entrance/react/testing";
import { expect, test } from "vitest";
import { BadAnswer, type GraphQLCode, GraphQLFailure, Refused } from "../errors";
import { explain, inOneSentence } from "../explain";

test("a refusal shows the words of the API, with its reason", () => {
  const refused = new Refused({
    status: 403,
    title: "Disabled",
    detail: "Ask an administrator.",
    reason: "user_disabled",
  });
  expect(explain(refused)).toEqual({
    title: "Disabled",
    detail: "Ask an administrator.",
    reason: "user_disabled",
    remedy: "try-again",
  });
});

test.each<[GraphQLCode, string]>([
  ["UNAUTHENTICATED", "You are no longer signed in."],
  ["FORBIDDEN", "Your roles do not allow this."],
  ["NOT_FOUND", "This entry is no longer there."],
  ["INVALID_CREDENTIALS", "As the API says."],
  ["BAD_INPUT", "As the API says."],
  ["UNKNOWN", "Something went wrong in Logbook. Please try again later."],
])("the GraphQL code %s becomes a sentence", (code, sentence) => {
  expect(inOneSentence(new GraphQLFailure(code, "As the API says."))).toBe(sentence);
});

test("an unrecognized code counts as UNKNOWN", () => {
  const failure = new GraphQLFailure("NEW_CODE" as GraphQLCode, "…");
  expect(inOneSentence(failure)).toBe(inOneSentence(new GraphQLFailure("UNKNOWN", "…")));
});

test("without a response the connection is named", () => {
  expect(inOneSentence(new TypeError("Failed to fetch"))).toBe(
    "Logbook cannot be reached. Check your connection, then try again.",
  );
});

test("a broken connection below authorizedFetch reads the same", () => {
  for (const code of ["network", "offline", "django_unreachable"] as const) {
    expect(explain(new EntranceError(code))).toEqual(explain(new TypeError("Failed to fetch")));
  }
});

test("a server error does not name the connection", () => {
  expect(inOneSentence(new BadAnswer("Logbook answered with status 500."))).toBe(
    "Logbook is out of order. Logbook answered with status 500. Please try again later.",
  );
});

test("the remedy of interaction_required is to sign in again", () => {
  expect(explain(new EntranceError("interaction_required"))).toMatchObject({
    title: "Please sign in again",
    reason: "interaction_required",
    remedy: "sign-in-again",
  });
});

test("account_changed has its own title", () => {
  expect(inOneSentence(new EntranceError("account_changed"))).toBe(
    "Another account is signed in. The account has changed, so this was not sent. Check the account, then try again.",
  );
});

test("other Microsoft errors can be retried", () => {
  expect(explain(new EntranceError("popup_blocked"))).toMatchObject({ reason: "popup_blocked", remedy: "try-again" });
});
