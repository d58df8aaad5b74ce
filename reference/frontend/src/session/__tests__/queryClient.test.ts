import { EntranceError } from "@django-entrance/react";
import { expect, test } from "vitest";
import { BadAnswer, GraphQLFailure, Refused, Unreachable } from "../errors";
import { createQueryClient } from "../queryClient";

function retried(error: Error, failures = 0): boolean {
  const retry = createQueryClient().getDefaultOptions().queries?.retry;
  return typeof retry === "function" && retry(failures, error);
}

test.each([new Unreachable(), new BadAnswer(), new EntranceError("network")])("%o is tried again", (error) => {
  expect(retried(error)).toBe(true);
});

test.each([
  new Refused({ status: 403, title: "", detail: "", reason: "user_disabled" }),
  new GraphQLFailure("FORBIDDEN", ""),
  new EntranceError("interaction_required"),
])("%o is final", (error) => {
  expect(retried(error)).toBe(false);
});

test("after two more attempts the error is shown", () => {
  expect(retried(new Unreachable(), 1)).toBe(true);
  expect(retried(new Unreachable(), 2)).toBe(false);
});
