/** What a request does if Microsoft wants to see the person first. */
import type { Confirmation } from "./confirmation.js";

/**
 * No request opens a window or leaves the page: the session becomes `needs-interaction`, and its `confirm` does that in
 * a click. `never`: the request rejects with `interaction_required`. `click`: it waits for the confirmation, and goes on.
 */
export type InteractionMode = "click" | "never";

/** Does `work`, and with "click" does it again each time that the person was seen. */
export async function onceSeen<T>(
  confirmation: Confirmation,
  mode: InteractionMode,
  signal: AbortSignal | null | undefined,
  work: () => Promise<T>,
): Promise<T> {
  for (;;) {
    try {
      return await unlessAborted(signal, work());
    } catch (error) {
      if (mode === "never") throw error;
      await unlessAborted(signal, confirmation.seen(error));
    }
  }
}

export function unlessAborted<T>(signal: AbortSignal | null | undefined, work: Promise<T>): Promise<T> {
  if (!signal) return work;
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason);
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop);
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}
