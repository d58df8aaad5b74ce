/** Iterates over what a subscription gives. */
import type { Client } from "graphql-ws";

type Payload = Parameters<Client["subscribe"]>[0];
type Sink = Parameters<Client["subscribe"]>[1];
type Value = Parameters<Sink["next"]>[0];

/** Begins the subscription. It ends with the iteration, even one that waits. */
export function iterate(
  subscribe: (payload: Payload, sink: Sink) => () => void,
  payload: Payload,
): AsyncIterableIterator<Value> {
  const values: Value[] = [];
  let end: (() => void) | null = null;
  let wake = (): void => {};
  const finish = (how: () => void): void => {
    end ??= how;
    wake();
  };
  const stop = subscribe(payload, {
    next: (value) => {
      values.push(value);
      wake();
    },
    error: (error) =>
      finish(() => {
        throw error;
      }),
    complete: () => finish(() => {}),
  });
  async function* read(): AsyncGenerator<Value> {
    for (;;) {
      for (let value = values.shift(); value; value = values.shift()) yield value;
      if (end) return end();
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  }
  const reading = read();
  const leave = async (): Promise<IteratorReturnResult<undefined>> => {
    stop();
    finish(() => {});
    await reading.return(undefined);
    return { done: true, value: undefined };
  };
  const iterator: AsyncIterableIterator<Value> = {
    next: () => reading.next(),
    return: leave,
    [Symbol.asyncIterator]: () => iterator,
  };
  return iterator;
}
