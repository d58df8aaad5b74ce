/** Asks the person: in a window, or with the whole page where the browser blocks windows. */
import type { AuthenticationResult, IPublicClientApplication, PopupRequest } from "@azure/msal-browser";
import { AuthError } from "@azure/msal-browser";
import { samePerson, toAccount } from "./account.js";
import { toState } from "./answerChannel.js";
import { removeAnswer } from "./cachedAccounts.js";
import { EntranceError } from "./errors.js";
import { fromMsal, isPopupBlocked } from "./msalErrors.js";
import { watchPopup } from "./popup.js";
import { leaveWindow } from "./underWay.js";

/** What is asked for; MSAL's request without what belongs to one of its two ways. */
export type InteractionRequest = Pick<
  PopupRequest,
  "scopes" | "account" | "claims" | "loginHint" | "prompt" | "correlationId"
>;

/** One conversation with the person. */
export interface Interaction {
  /** Rejects with an EntranceError only. Stays pending while the page leaves for a redirect. */
  readonly result: Promise<AuthenticationResult>;
  /** Puts the window in front; false if it is gone, or the page was to leave instead: a new interaction may begin. */
  bringToFront(): boolean;
}

/**
 * Opens the window at once, so call it straight from a click.
 *
 * An answer that arrives although the window looked closed still makes its account the active one; one that arrives
 * after `signal` was aborted does not, and leaves nothing. `onAnswer` hears of it at that very moment, before a view can
 * change, and whether another person was the active one until then. The reason of `signal` is an EntranceError.
 */
export function interact(
  msal: IPublicClientApplication,
  request: InteractionRequest,
  signal: AbortSignal,
  attempt: string = crypto.randomUUID(),
  onAnswer: (answer: AuthenticationResult, another: boolean) => void = () => {},
): Interaction {
  signal.throwIfAborted();
  let leaving = false;
  const { promise: ended, reject: end } = withResolvers<never>();
  const answering = (): void => leaveWindow(attempt);
  const watch = watchPopup(msal, attempt, () => end(new EntranceError("popup_closed")), answering);
  const cancel = (): void => {
    watch.close();
    end(signal.reason);
    void endInteraction(msal);
  };
  signal.addEventListener("abort", cancel);
  const windowed = { correlationId: attempt, ...request, state: toState(attempt), overrideInteractionInProgress: true };
  const answered = msal
    .acquireTokenPopup(windowed)
    .finally(watch.end)
    .catch((error: unknown) => {
      if (!isPopupBlocked(error)) throw fromMsal(error);
      leaving = true;
      answering();
      return redirect(msal, request);
    })
    .then(async (answer) => {
      if (signal.aborted) await removeAnswer(msal, answer);
      signal.throwIfAborted();
      onAnswer(answer, activate(msal, answer));
      return answer;
    })
    .finally(() => signal.removeEventListener("abort", cancel));
  return {
    result: Promise.race([answered, ended]).finally(watch.stop),
    bringToFront: () => !signal.aborted && !leaving && watch.bringToFront(),
  };
}

/** Makes the answer's account the active one; true if another person, or none, was that before. */
export function activate(msal: IPublicClientApplication, { account }: AuthenticationResult): boolean {
  const before = msal.getActiveAccount();
  msal.setActiveAccount(account);
  return before === null || !samePerson(toAccount(before), toAccount(account));
}

/** Runs what leaves the page; an abandoned window's claim on MSAL is ended first if it stands in the way. */
export async function leavePage(msal: IPublicClientApplication, leave: () => Promise<void>): Promise<void> {
  try {
    await leave();
  } catch (error) {
    if (!(error instanceof AuthError && error.errorCode === "interaction_in_progress")) throw error;
    await endInteraction(msal);
    await leave();
  }
}

async function redirect(msal: IPublicClientApplication, request: InteractionRequest): Promise<never> {
  try {
    await leavePage(msal, () => msal.acquireTokenRedirect(request));
  } catch (error) {
    throw fromMsal(error);
  }
  return new Promise<never>(() => {});
}

/**
 * Ends what MSAL still waits for. MSAL has no call for that, but a new interaction overrides the old one, and this
 * one ends by itself because its window cannot open.
 */
async function endInteraction(msal: IPublicClientApplication): Promise<void> {
  const nowhere = {
    open: () => {
      throw new Error("This window never opens.");
    },
  } as unknown as Window;
  const request = { scopes: [], overrideInteractionInProgress: true, popupWindowParent: nowhere };
  await msal.acquireTokenPopup(request).catch(() => {});
}

function withResolvers<T>(): { promise: Promise<T>; reject: (reason: EntranceError) => void } {
  let reject: (reason: EntranceError) => void = () => {};
  const promise = new Promise<T>((_, refuse) => {
    reject = refuse;
  });
  return { promise, reject };
}
