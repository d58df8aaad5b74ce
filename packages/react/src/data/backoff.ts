/** Waits before a connection is tried again. */

const FIRST_MS: number = 1_000;
const LONGEST_MS: number = 60_000;

/** Waits longer each time, a random part of it, so that not all pages come back at once. Ends when the browser is online again. */
export function backOff(retries: number): Promise<void> {
  const longest = Math.min(FIRST_MS * 2 ** retries, LONGEST_MS);
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      removeEventListener("online", end);
      resolve();
    };
    const timer = setTimeout(end, longest * (0.5 + Math.random() / 2));
    addEventListener("online", end);
  });
}
