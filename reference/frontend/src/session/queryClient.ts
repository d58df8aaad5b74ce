/** Query client: caching and retries. */
import { isRetryable } from "@django-entrance/react";
import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { BadAnswer, GraphQLFailure } from "./errors";

export const VIEWER = ["viewer"];
const RETRIES = 2;

/** The API answers a session that has ended as it answers anyone. `onUnauthenticated` asks who is signed in. */
export function createQueryClient(onUnauthenticated: () => void): QueryClient {
  const onError = (error: Error) => {
    if (hasCode(error, "FORBIDDEN")) void client.invalidateQueries({ queryKey: VIEWER });
    if (hasCode(error, "UNAUTHENTICATED")) onUnauthenticated();
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

/** Pages offer only what the person may do. FORBIDDEN says that a role was taken away since. */
function hasCode(error: Error, code: GraphQLFailure["code"]): boolean {
  return error instanceof GraphQLFailure && error.code === code;
}

/** Whether a retry may help: after connection and server errors, not after refusals. */
export function mayPass(error: Error): boolean {
  return isRetryable(error) || error instanceof BadAnswer;
}
