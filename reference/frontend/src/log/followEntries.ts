/** Follows new entries over a WebSocket. A connection that opens again goes on after the last entry. */
import type { Client } from "graphql-ws";
import { EntryAddedDocument, type EntryAddedSubscription } from "../graphql/generated/documents";
import type { Entry } from "./useEntries";

/** `off`: the server refused; the list is read at intervals, as before. */
export type LiveState = "starting" | "live" | "reconnecting" | "off";

export type LiveClient = Pick<Client, "on" | "subscribe">;

type Follower = {
  /** The newest entry that the page has, if it has read any. */
  newest: () => string | undefined;
  onEntry: (entry: Entry) => void;
  onState: (state: LiveState) => void;
};

/** Returns a function that ends it. */
export function followEntries(client: LiveClient, { newest, onEntry, onState }: Follower): () => void {
  let last: string | undefined;
  const variables = {
    /** Read whenever the subscription is sent, so also when a connection opens again. */
    get after() {
      return last ?? newest();
    },
  };
  const stops = [
    client.on("connected", () => onState("live")),
    client.on("closed", () => onState("reconnecting")),
    client.subscribe<EntryAddedSubscription>(
      { query: EntryAddedDocument.toString(), variables },
      {
        next({ data }) {
          if (!data) return;
          last = later(last, data.entryAdded.id);
          onEntry(data.entryAdded);
        },
        error: () => onState("off"),
        complete: () => onState("off"),
      },
    ),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

/** Ids are numbers that grow. */
export const later = (one: string | undefined, other: string): string =>
  one !== undefined && Number(one) > Number(other) ? one : other;
