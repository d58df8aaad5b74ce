/** Tries again what failed and may pass by itself, without a click. */
import { type EntranceErrorCode, unreachable } from "../errors.js";
import { isRetryable } from "./limit.js";

const SHORTEST_MS = 2_000;
const LONGEST_MS = 60_000;

/** Part of a pause that chance takes away, so that not all pages ask a server that is back at the same moment. */
const JITTER = 0.25;

export class Healing {
  readonly #again: () => void;
  #tries = 0;
  #stopWaiting: () => void = () => {};

  constructor(again: () => void) {
    this.#again = again;
  }

  /**
   * Waits after a failure, and then tries again: when the network is back, when the page is shown, and after pauses
   * that grow. A hidden page waits until it is shown. An error that does not pass by itself ends it.
   */
  failed(error: unknown): void {
    this.#stopWaiting();
    if (!isRetryable(error)) return;
    const pause = Math.min(LONGEST_MS, SHORTEST_MS * 2 ** this.#tries++) * (1 - JITTER * Math.random());
    const timer = setTimeout(this.#unlessHidden, pause);
    addEventListener("online", this.#now);
    document.addEventListener("visibilitychange", this.#unlessHidden);
    this.#stopWaiting = () => {
      clearTimeout(timer);
      removeEventListener("online", this.#now);
      document.removeEventListener("visibilitychange", this.#unlessHidden);
    };
  }

  /** Ends the waiting, for an attempt. */
  stop(): void {
    this.#stopWaiting();
  }

  /** Ends the waiting: it works again, and the next pause is a short one. */
  healed(): void {
    this.#stopWaiting();
    this.#tries = 0;
  }

  readonly #now = (): void => {
    this.#stopWaiting();
    this.#again();
  };

  readonly #unlessHidden = (): void => {
    if (!document.hidden) this.#now();
  };
}

/** Does `work` until it succeeds, with the pauses of {@link Healing}. */
export function untilItWorks<T>(work: () => Promise<T>, code: EntranceErrorCode): Promise<T> {
  return new Promise((resolve) => {
    const attempt = (): void => {
      work().then(resolve, (cause) => healing.failed(unreachable(code, { cause })));
    };
    const healing = new Healing(attempt);
    attempt();
  });
}
