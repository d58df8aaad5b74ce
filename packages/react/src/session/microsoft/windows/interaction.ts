/** Interactive sign-in: in a window, or by redirect where the browser blocks windows. */
import type { AuthenticationResult, IPublicClientApplication, PopupRequest } from "@azure/msal-browser";
import { samePerson, toAccount } from "../../account.js";
import { toState } from "../../bridge/answerChannel.js";
import { EntranceError } from "../../errors.js";
import { leaveWindow } from "../../stored/attempt.js";
import { removeAnswer } from "../msal/cachedAccounts.js";
import { fromMsal, hasCode, isPopupBlocked } from "../msal/msalErrors.js";
import { watchPopup } from "./popup.js";

/** The members of MSAL's request that windows and redirects share. */
export type InteractionRequest = Pick<
  PopupRequest,
  "scopes" | "extraScopesToConsent" | "account" | "claims" | "loginHint" | "prompt" | "correlationId"
>;

/** Attempt of the newest interaction, which alone MSAL knows. */
let latest = "";

/** One interactive sign-in. */
export interface Interaction {
  /** Rejects only with an EntranceError. Stays pending while the page leaves for a redirect. */
  readonly result: Promise<AuthenticationResult>;
  /** Brings the window to the front. Returns false if there is none any more, so that a new interaction may begin. */
  bringToFront(): boolean;
}

/**
 * Opens the window synchronously: call it directly in a click handler.
 *
 * A response that arrives after a window only looked closed still activates its account. One that arrives after `signal`
 * was aborted, or which `admit` refuses by throwing, does not, and is removed from the cache. `onAnswer` is called right after the account became active, with
 * `another` if the person changed; the sign-in ends after it, and fails if it does. The reason of `signal` must be an EntranceError.
 */
export function interact(
  msal: IPublicClientApplication,
  request: InteractionRequest,
  signal: AbortSignal,
  attempt: string = crypto.randomUUID(),
  onAnswer: (answer: AuthenticationResult, another: boolean) => void | Promise<void> = () => {},
  admit: () => void = () => {},
): Interaction {
  signal.throwIfAborted();
  latest = attempt;
  let leaving = false;
  let end: (reason: EntranceError) => void = () => {};
  const ended = new Promise<never>((_, reject) => {
    end = reject;
  });
  const answering = (): void => leaveWindow(attempt);
  const closed = (isCertain: boolean): void => {
    end(new EntranceError("popup_closed"));
    if (isCertain && latest === attempt) void endInteraction(msal);
  };
  const watch = watchPopup(msal, attempt, closed, answering);
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
      await admitted(msal, answer, () => {
        signal.throwIfAborted();
        admit();
      });
      await onAnswer(answer, activate(msal, answer));
      return answer;
    })
    .finally(() => signal.removeEventListener("abort", cancel));
  return {
    result: Promise.race([answered, ended]).finally(watch.stop),
    bringToFront: () => !signal.aborted && !leaving && watch.bringToFront(),
  };
}

/** Removes a response that may not count from the cache, and rejects. */
async function admitted(
  msal: IPublicClientApplication,
  answer: AuthenticationResult,
  admit: () => void,
): Promise<void> {
  try {
    admit();
  } catch (error) {
    await removeAnswer(msal, answer);
    throw error;
  }
}

/** Activates the account of a response. Returns true if another person, or none, was active before. */
export function activate(msal: IPublicClientApplication, { account }: AuthenticationResult): boolean {
  const before = msal.getActiveAccount();
  msal.setActiveAccount(account);
  return before === null || !samePerson(toAccount(before), toAccount(account));
}

/** Calls `leave`. If an abandoned window blocks MSAL, ends that interaction and calls it again. */
export async function leavePage(msal: IPublicClientApplication, leave: () => Promise<void>): Promise<void> {
  try {
    await leave();
  } catch (error) {
    if (!hasCode(error, "interaction_in_progress")) throw error;
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
 * Ends MSAL's pending interaction. MSAL has no call for that, but a new interaction overrides the old one, and this one
 * fails at once because its window cannot open.
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
