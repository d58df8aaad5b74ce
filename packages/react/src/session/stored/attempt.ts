/** Stores the sign-in in progress in this tab, so that it survives a reload. */
import { forget, KEY, recall } from "./underWay.js";

const NO_WINDOW = "";

/** Stored instead of an attempt: Microsoft's token is there, and the Django session is about to start. */
export const REDEEMED = "redeemed";

/**
 * Stores an attempt in a window, which outlives a reload of this page.
 *
 * If the storage is full, a reload loses the sign-in; the sign-in itself continues.
 */
export function beginInWindow(attempt: string): void {
  try {
    sessionStorage.setItem(KEY, attempt);
  } catch {
    forget();
  }
}

/** Marks that the attempt has no window any more: from here on, a reload loses the sign-in. */
export function leaveWindow(attempt: string): void {
  if (recall() === attempt) beginInWindow(NO_WINDOW);
}

/** Forgets an attempt that has ended, unless its exchange got no answer: a reload repeats that. */
export function forgetEnded(): void {
  if (recall() !== REDEEMED) forget();
}
