/** Work that can wait until the page has nothing better to do. */

const AT_THE_LATEST_MS = 2_000;

/** Safari does not say when a page is idle. */
const SOON_MS = 200;

/** Does `work` once the page is idle. */
export function whenIdle(work: () => void): void {
  if ("requestIdleCallback" in globalThis) requestIdleCallback(work, { timeout: AT_THE_LATEST_MS });
  else setTimeout(work, SOON_MS);
}
