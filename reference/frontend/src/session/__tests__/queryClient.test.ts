import { EntranceError } from "@django-entrance/react";
import { expect, test, vi } from "vitest";
import { BadAnswer, GraphQLFailure, Refused } from "../errors";
import { createQueryClient, VIEWER } from "../queryClient";

function retried(error: Error, failures = 0): boolean {
  const retry = createQueryClient(() => {}).getDefaultOptions().queries?.retry;
  return typeof retry === "function" && retry(failures, error);
}

test.each([new BadAnswer(), new EntranceError("network"), new EntranceError("microsoft_unreachable")])(
  "%o is tried again",
  (error) => {
    expect(retried(error)).toBe(true);
  },
);

test.each([
  new Refused({ status: 403, title: "", detail: "", reason: "user_disabled" }),
  new GraphQLFailure("FORBIDDEN", ""),
  new EntranceError("interaction_required"),
])("%o is final", (error) => {
  expect(retried(error)).toBe(false);
});

test("after two more attempts the error is shown", () => {
  expect(retried(new BadAnswer(), 1)).toBe(true);
  expect(retried(new BadAnswer(), 2)).toBe(false);
});

test.each([
  [new GraphQLFailure("FORBIDDEN", ""), true],
  [new GraphQLFailure("NOT_FOUND", ""), false],
  [new BadAnswer(), false],
])("%o asks for the person's rights again: %s", async (error, asks) => {
  const client = createQueryClient(() => {});
  client.setQueryData(VIEWER, {});
  const fail = { queryKey: ["entries"], queryFn: () => Promise.reject(error), retry: false };
  await expect(client.fetchQuery(fail)).rejects.toBe(error);
  expect(client.getQueryState(VIEWER)?.isInvalidated).toBe(asks);
});

test.each([
  [new GraphQLFailure("UNAUTHENTICATED", ""), 1],
  [new GraphQLFailure("FORBIDDEN", ""), 0],
])("%o asks who is signed in: %i times", async (error, times) => {
  const onUnauthenticated = vi.fn();
  const fail = { queryKey: ["entries"], queryFn: () => Promise.reject(error), retry: false };
  await expect(createQueryClient(onUnauthenticated).fetchQuery(fail)).rejects.toBe(error);
  expect(onUnauthenticated).toHaveBeenCalledTimes(times);
});
