/** A live connection without a server: tests say what it does. */
import type { Sink, SubscribePayload } from "graphql-ws";
import type { LiveClient } from "../log/followEntries";
import type { Entry } from "../log/useEntries";

type Subscribed = { payload: SubscribePayload; sink: Sink };

function createScriptedLive() {
  const listeners: [event: string, listener: (...details: never[]) => void][] = [];
  const subscriptions = new Set<Subscribed>();
  const client = {
    on(event: string, listener: (...details: never[]) => void) {
      const one: (typeof listeners)[number] = [event, listener];
      listeners.push(one);
      return () => void listeners.splice(listeners.indexOf(one), 1);
    },
    subscribe(payload: SubscribePayload, sink: Sink) {
      const one = { payload, sink };
      subscriptions.add(one);
      return () => void subscriptions.delete(one);
    },
  } as LiveClient;
  return {
    client,
    subscriptions,
    /** The variables as they would be sent now. */
    variables: () => [...subscriptions].map(({ payload }) => JSON.parse(JSON.stringify(payload.variables))),
    tell(event: "connected" | "closed") {
      for (const [name, listener] of [...listeners]) if (name === event) listener();
    },
    send(entryAdded: Entry) {
      for (const { sink } of [...subscriptions]) sink.next({ data: { entryAdded } });
    },
    fail(error: unknown) {
      for (const { sink } of [...subscriptions]) sink.error(error);
    },
    reset() {
      listeners.length = 0;
      subscriptions.clear();
    },
  };
}

export const scriptedLive = createScriptedLive();
