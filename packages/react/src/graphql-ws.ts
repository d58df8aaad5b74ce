/** The entry point `@django-entrance/react/graphql-ws`. */
export { entranceClient } from "./data/entranceClient.js";
export { type EntranceConnection, entranceConnection } from "./data/entranceConnection.js";
export type { EntranceConnectionOptions } from "./data/liveConnection.js";
