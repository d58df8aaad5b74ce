/** The client of graphql-ws whose operations get a further proof of the person where they need it. */
import { type Client, type ClientOptions, createClient } from "graphql-ws";
import { decodeJson } from "../session/requests/challenge.js";
import { connectionOptions } from "./entranceConnection.js";
import { refusalsIn } from "./graphqlErrors.js";
import { iterate } from "./iterate.js";
import { type EntranceConnectionOptions, LiveConnection } from "./liveConnection.js";
import { isRepeatable } from "./repeatable.js";

type Payload = Parameters<Client["subscribe"]>[0];
type AnySink = Parameters<Client["subscribe"]>[1];
type Subscribe = (payload: Payload, sink: AnySink) => () => void;

interface Challenge {
  readonly claims: string;
  readonly reason: string;
}

/**
 * Returns a client with the options of `entranceConnection`; `more` are options of graphql-ws.
 *
 * An operation that is refused with a claims challenge, before it has given anything, is sent once more when the person
 * has proved what it needs. Without that it ends with an EntranceError.
 */
export function entranceClient(options: EntranceConnectionOptions, more: Partial<ClientOptions> = {}): Client {
  const connection = new LiveConnection(options);
  const client = createClient({ ...connectionOptions(connection), ...more });
  const send: Subscribe = client.subscribe;
  const subscribe: Subscribe = (payload, sink) => {
    const operation = new Operation(send, connection, payload, sink);
    operation.begin();
    return () => operation.stop();
  };
  return { ...client, subscribe, iterate: (payload: Payload) => iterate(subscribe, payload) } as Client;
}

class Operation {
  readonly #send: Subscribe;
  readonly #connection: LiveConnection;
  readonly #payload: Payload;
  readonly #sink: AnySink;
  #release: () => void = () => {};
  #isStopped = false;
  /** Whether a refusal is final: it gave something, or was proved before. */
  #isFinal = false;

  constructor(send: Subscribe, connection: LiveConnection, payload: Payload, sink: AnySink) {
    this.#send = send;
    this.#connection = connection;
    this.#payload = payload;
    this.#sink = sink;
  }

  stop(): void {
    this.#isStopped = true;
    this.#release();
  }

  begin(): void {
    const sink = this.#sink;
    let isProving = false;
    const proves = (found: unknown): boolean => {
      const challenge = this.#challengeIn(found);
      this.#isFinal = true;
      if (!challenge) return false;
      isProving = true;
      void this.#prove(challenge);
      return true;
    };
    this.#release = this.#send(this.#payload, {
      next: (value) => void (proves(value) || sink.next(value)),
      error: (error) => void (isProving || proves(error) || sink.error(error)),
      complete: () => void (isProving || sink.complete()),
    });
  }

  /** Returns the challenge that the operation may be sent again for: it has done nothing. */
  #challengeIn(found: unknown): Challenge | null {
    if (this.#isFinal || Object.values(dataOf(found)).some((each) => each !== null)) return null;
    const refusals = refusalsIn(found);
    const challenge = refusals.find(({ claims }) => claims !== null);
    const claims = decodeJson(challenge?.claims ?? "");
    if (!challenge || claims === null || !isRepeatable(JSON.stringify(this.#payload), refusals)) return null;
    return { claims, reason: challenge.message };
  }

  async #prove({ claims, reason }: Challenge): Promise<void> {
    try {
      await this.#connection.proveMore(claims, reason);
    } catch (error) {
      if (!this.#isStopped) this.#sink.error(error);
      return;
    }
    if (!this.#isStopped) this.begin();
  }
}

function dataOf(found: unknown): object {
  return Object((found as { data?: unknown } | null)?.data ?? {});
}
