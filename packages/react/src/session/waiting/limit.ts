/** Time limits of the parts that a session needs, and the failures that may pass by themselves. */
import { EntranceError, type EntranceErrorCode, unreachable } from "../errors.js";

/** A part that has not answered by then counts as unreachable. In milliseconds, and below ten seconds in all. */
export const LIMIT_MS: number = 8_000;

const PASSING: ReadonlySet<EntranceErrorCode> = new Set([
  "config_unreachable",
  "django_unreachable",
  "graph_unreachable",
  "library_unreachable",
  "microsoft_busy",
  "microsoft_unreachable",
  "network",
  "offline",
]);

/**
 * Whether an error may pass by itself, so that trying again without the person makes sense.
 *
 * For retries of data libraries: `retry: (count, error) => count < 3 && isRetryable(error)`.
 */
export function isRetryable(error: unknown): boolean {
  return error instanceof EntranceError && PASSING.has(error.code);
}

/**
 * Does `work` for at most `ms` milliseconds, then aborts its signal. Rejects with `code`, or with `offline`, unless
 * `work` rejects with an EntranceError of its own. `details` says for the log what was done.
 */
export function within<T>(
  ms: number,
  work: (signal: AbortSignal) => Promise<T>,
  code: EntranceErrorCode,
  details: string,
): Promise<T> {
  const giveUp = new AbortController();
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => {
      reject(unreachable(code, { details: `${details}: no answer within ${ms / 1_000} s` }));
      giveUp.abort();
    }, ms);
    const failed = (cause: unknown): void =>
      reject(cause instanceof EntranceError ? cause : unreachable(code, { details, cause }));
    work(giveUp.signal)
      .then(resolve, failed)
      .finally(() => clearTimeout(late));
  });
}

/** Waits for `work`, or for the caller to abort. */
export function unlessAborted<T>(work: Promise<T>, signal?: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal?.reason);
    if (signal?.aborted) stop();
    signal?.addEventListener("abort", stop);
    work.then(resolve, reject).finally(() => signal?.removeEventListener("abort", stop));
  });
}
