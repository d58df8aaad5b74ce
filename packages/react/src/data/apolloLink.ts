/** A terminating link of Apollo Client 4. */
import type { ApolloLink } from "@apollo/client/link";
import { HttpLink } from "@apollo/client/link/http";
import { type DataOptions, graphqlFetch } from "./graphqlFetch.js";

/** Options of {@link entranceLink}: its own, and those of Apollo's `HttpLink`. */
export interface EntranceLinkOptions extends DataOptions, Omit<HttpLink.Options, "fetch"> {
  /** Makes another terminating link than `HttpLink`, for batches or uploads for example. */
  readonly terminate?: (send: typeof fetch) => ApolloLink;
}

/**
 * Returns a link that sends operations with `authorizedFetch`, to `/graphql/` by default.
 *
 * A refusal of a whole operation is the operation's error, as an EntranceError. An operation's context may override
 * `interaction` and `authorization` in `fetchOptions`.
 */
export function entranceLink(options: EntranceLinkOptions = {}): ApolloLink {
  const { session, authorization, interaction, terminate, ...http } = options;
  const send = graphqlFetch({ session, authorization, interaction });
  return terminate ? terminate(send) : new HttpLink({ uri: "/graphql/", ...http, fetch: send });
}
