/** Query client: caching and retries. */
import { isRetryable } from "@django-entrance/react";
import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { BadAnswer, GraphQLFailure, Unreachable } from "./errors";

export const VIEWER = ["viewer"];
const RETRIES = 2;

export function createQueryClient(): QueryClient {
  const onError = (error: Error) => {
    if (rightsHaveChanged(error)) void client.invalidateQueries({ queryKey: VIEWER });
  };
  const client = new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: { retry: (count, error) => count < RETRIES && mayPass(error) },
    },
  });
  return client;
}

/** Pages offer only what the person may do. A refusal of it says that a role was taken away since. */
function rightsHaveChanged(error: Error): boolean {
  return error instanceof GraphQLFailure && error.code === "FORBIDDEN";
}

/** Whether a retry may help: after connection and server errors, not after refusals. */
export function mayPass(error: Error): boolean {
  return isRetryable(error) || error instanceof Unreachable || error instanceof BadAnswer;
}
