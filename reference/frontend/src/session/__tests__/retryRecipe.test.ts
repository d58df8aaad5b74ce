/** The recipe of the package's README for TanStack Query. */
import { EntranceError, type EntranceErrorCode, isRetryable } from "@django-entrance/react";
import { QueryClient } from "@tanstack/react-query";
import { expect, test, vi } from "vitest";

const client = new QueryClient({
  defaultOptions: { queries: { retry: (count, error) => count < 3 && isRetryable(error), retryDelay: 0 } },
});

test.each([
  ["not_signed_in", 1],
  ["interaction_required", 1],
  ["network", 4],
  ["microsoft_busy", 4],
] satisfies [EntranceErrorCode, number][])("%s is asked for %i times in all", async (code, times) => {
  const queryFn = vi.fn(async () => Promise.reject(new EntranceError(code)));
  await expect(client.fetchQuery({ queryKey: [code], queryFn })).rejects.toMatchObject({ code });
  expect(queryFn).toHaveBeenCalledTimes(times);
});
