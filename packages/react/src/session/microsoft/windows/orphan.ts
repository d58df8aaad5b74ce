/** Waits for the window that an earlier page load opened. */
import { answerChannel } from "../../bridge/answerChannel.js";

/**
 * Calls `onAnswer` when the window of an earlier page load has a response, which only that load could redeem.
 *
 * The window repeats its announcement until it is acknowledged. The first one is left to a page that may still wait for
 * it: a duplicate of this tab stores the same attempt. Returns a function that stops the waiting.
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
