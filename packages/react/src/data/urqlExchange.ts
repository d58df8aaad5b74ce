/** An exchange of urql. */
import { type Exchange, makeOperation, mapExchange } from "@urql/core";
import { type DataOptions, graphqlFetch } from "./graphqlFetch.js";

/**
 * Returns an exchange that has operations sent with `authorizedFetch`. Put it before `fetchExchange`.
 *
 * A refusal of a whole operation is the `networkError` of the result's error, as an EntranceError;
 * `readGraphQLRefusal(result.error)` finds it.
 */
export function entranceExchange(options: DataOptions = {}): Exchange {
  const send = graphqlFetch(options);
  return mapExchange({
    onOperation: (operation) => makeOperation(operation.kind, operation, { ...operation.context, fetch: send }),
  });
}
