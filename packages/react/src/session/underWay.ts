/** Remembers in this tab that a sign-in is under way, so that a reloaded page knows of it. */
import { answerChannel } from "./answerChannel.js";

const KEY = "django-entrance.sign-in";
const NO_WINDOW = "";

/** The person is asked in a window, which outlives a reload of this page. */
export function beginInWindow(attempt: string): void {
  remember(attempt);
}

/** The window of this attempt has answered or never opened; from here on, a reload loses the sign-in. */
export function leaveWindow(attempt: string): void {
  if (sessionStorage.getItem(KEY) === attempt) remember(NO_WINDOW);
}

/** Without room for it, a reload loses the sign-in; the sign-in itself goes on. */
function remember(what: string): void {
  try {
    sessionStorage.setItem(KEY, what);
  } catch {
    forget();
  }
}

export function forget(): void {
  sessionStorage.removeItem(KEY);
}

/** What the page did before it was loaded: the attempt of a window, "" for a sign-in without one, or null. */
export function recall(): string | null {
  return sessionStorage.getItem(KEY);
}

/**
 * Calls `onAnswer` when the window of an earlier load of this page has an answer, which only that load could redeem.
 *
 * The window announces itself until it is heard. The first time is left to a page that may still wait for it: a
 * duplicate of this tab remembers the same attempt. Returns what stops the waiting.
 */
export function awaitOrphan(attempt: string, onAnswer: () => void): () => void {
  const channel = answerChannel(attempt);
  let announced = 0;
  channel.onmessage = ({ data }) => {
    if (data !== "answered" || ++announced < 2) return;
    channel.close();
    onAnswer();
  };
  return () => channel.close();
}
