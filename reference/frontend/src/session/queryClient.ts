/** Query client: caching and retries. */
import { EntranceError } from "@django-entrance/react";
import { QueryClient } from "@tanstack/react-query";
import { BadAnswer, Unreachable } from "./errors";

const RETRIES = 2;

export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: { retry: (count, error) => count < RETRIES && mayPass(error) },
    },
  });
}

/** Whether a retry may help: after connection and server errors, not after refusals. */
export function mayPass(error: Error): boolean {
  if (error instanceof EntranceError) return error.code === "network";
  return error instanceof Unreachable || error instanceof BadAnswer;
}
