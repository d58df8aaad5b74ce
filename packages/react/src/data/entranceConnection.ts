/** Options for the client of graphql-ws. */
import type { ClientOptions } from "graphql-ws";
import { backOff } from "./backoff.js";
import { type EntranceConnectionOptions, LiveConnection } from "./liveConnection.js";

/** The options of graphql-ws that {@link entranceConnection} sets. */
export type EntranceConnection = Pick<
  ClientOptions,
  "url" | "connectionParams" | "shouldRetry" | "retryAttempts" | "retryWait" | "on"
>;

/**
 * Returns options for `createClient`: `createClient({ ...entranceConnection({ url: "/graphql/" }) })`.
 *
 * The connection is proved by the access token, as `Authorization` in `connectionParams`, or by the Django session's
 * cookie. It opens again, with its subscriptions, when the token is renewed, and after close code 4401 with a new proof.
 * Code 4403 ends the subscriptions; so does a sign-out or another account, with an EntranceError.
 */
export function entranceConnection(options: EntranceConnectionOptions): EntranceConnection {
  return connectionOptions(new LiveConnection(options));
}

export function connectionOptions(connection: LiveConnection): EntranceConnection {
  return {
    url: () => connection.address(),
    connectionParams: () => connection.parameters() as Record<string, unknown>,
    shouldRetry: (reason) => connection.isPassing(reason),
    retryAttempts: Number.POSITIVE_INFINITY,
    retryWait: backOff,
    on: {
      connecting: (isRetry) => connection.onConnecting(isRetry),
      opened: (socket) => connection.onOpened(socket as WebSocket),
      connected: (socket) => connection.onConnected(socket as WebSocket),
      closed: () => connection.onClosed(),
    },
  };
}
