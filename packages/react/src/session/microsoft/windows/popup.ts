/** Watches the sign-in window, because MSAL 5 does not notice that it was closed. */
import type { IPublicClientApplication, PopupEvent } from "@azure/msal-browser";
import { answerChannel } from "../../bridge/answerChannel.js";
import { POPUP_OPENED } from "../msal/msalEvents.js";

const POLL_MS = 200;

/** The sign-in window of one attempt. */
export interface PopupWatch {
  /** Brings the window to the front. Returns false if it was closed without a response. */
  bringToFront(): boolean;
  close(): void;
  /** Stops watching the window. Its response is still received until `end`. */
  stop(): void;
  end(): void;
}

/**
 * Calls `onClosed` once if the window closes without a response, and `onAnswer` when it has one. The window stays open
 * until its response is acknowledged.
 *
 * A page with a Cross-Origin-Opener-Policy makes the open window look closed. Such a window keeps the focus, so a window
 * counts as closed only once this page had the focus in two checks in a row. That is certain if it was seen open at
 * Microsoft's page, and the focus came with the closing: another window that looks closed may still answer.
 */
export function watchPopup(
  msal: IPublicClientApplication,
  attempt: string,
  onClosed: (isCertain: boolean) => void,
  onAnswer: () => void,
): PopupWatch {
  let popup: Window | null = null;
  let missed = 0;
  let unseen = 0;
  let arrived = 0;
  let answered = false;
  const look = (): void => {
    const hasFocus = document.hasFocus();
    missed = popup?.closed && hasFocus ? missed + 1 : 0;
    if (popup?.closed && !hasFocus) unseen += 1;
    if (popup && !popup.closed && isElsewhere(popup)) arrived += 1; // once may be on the way into isolation
    if (missed < 2) return;
    stop();
    onClosed(arrived >= 2 && unseen < 2);
  };
  const timer = setInterval(look, POLL_MS);
  const channel = answerChannel(attempt);
  channel.onmessage = () => {
    answered = true;
    clearInterval(timer);
    channel.postMessage("heard");
    onAnswer();
  };
  const subscription = msal.addEventCallback(
    (event) => {
      popup ??= (event.payload as PopupEvent).popupWindow;
    },
    [POPUP_OPENED],
  );
  const stop = (): void => {
    clearInterval(timer);
    if (subscription) msal.removeEventCallback(subscription);
  };
  return {
    bringToFront: () => {
      popup?.focus();
      return answered || !popup?.closed;
    },
    close: () => popup?.close(),
    stop,
    end: () => channel.close(),
  };
}

/** Whether the window shows a page of another origin. */
function isElsewhere(popup: Window): boolean {
  try {
    void popup.location.href;
    return false;
  } catch {
    return true;
  }
}
