/** Watches the sign-in window, because MSAL 5 does not notice when a person closes it. */
import { EventType, type IPublicClientApplication, type PopupEvent } from "@azure/msal-browser";
import { answerChannel } from "./answerChannel.js";

const LOOK_EVERY_MS = 200;

/** The sign-in window of one attempt. */
export interface PopupWatch {
  /** Puts the window in front; false if the person closed it before it had an answer. */
  bringToFront(): boolean;
  close(): void;
  /** Ends the watch; an answer is still heard until `end`. */
  stop(): void;
  end(): void;
}

/**
 * Calls `onClosed` once if the window goes away without an answer, and `onAnswer` when it has one. The window waits
 * to be told that its answer was heard, and closes then.
 *
 * A page that isolates itself (Cross-Origin-Opener-Policy) makes its window look closed although it is open. Such a
 * window keeps the focus, so it counts as closed only when this page has the focus again, twice in a row.
 */
export function watchPopup(
  msal: IPublicClientApplication,
  attempt: string,
  onClosed: () => void,
  onAnswer: () => void,
): PopupWatch {
  let popup: Window | null = null;
  let missed = 0;
  let answered = false;
  const look = (): void => {
    missed = popup?.closed && document.hasFocus() ? missed + 1 : 0;
    if (missed < 2) return;
    stop();
    onClosed();
  };
  const timer = setInterval(look, LOOK_EVERY_MS);
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
    [EventType.POPUP_OPENED],
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
