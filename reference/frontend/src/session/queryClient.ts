/** How Logbook caches and repeats its queries. */
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

/** A refusal stays a refusal; only a broken connection or server is worth another attempt. */
export function mayPass(error: Error): boolean {
  if (error instanceof EntranceError) return error.code === "network";
  return error instanceof Unreachable || error instanceof BadAnswer;
}
