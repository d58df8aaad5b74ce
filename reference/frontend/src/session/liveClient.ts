/** Client of the live list. Loaded after the sign-in: the first page does without it. */
import { entranceConnection } from "@django-entrance/react/graphql-ws";
import { createClient } from "graphql-ws";
import { session } from "./session";

/** Finds a connection that broke without a word. */
const PING_MILLISECONDS = 20_000;

export const liveClient = createClient({
  ...entranceConnection({ url: "/graphql/", session }),
  keepAlive: PING_MILLISECONDS,
});
