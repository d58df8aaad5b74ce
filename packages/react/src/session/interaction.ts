/** Asks the person: in a window, or with the whole page where the browser blocks windows. */
import type { AuthenticationResult, IPublicClientApplication, PopupRequest } from "@azure/msal-browser";
import { AuthError } from "@azure/msal-browser";
import { EntranceError } from "./errors.js";
import { fromMsal, isPopupBlocked } from "./msalErrors.js";
import { watchPopup } from "./popup.js";

/** What is asked for; MSAL's request without what belongs to one of its two ways. */
export type InteractionRequest = Pick<PopupRequest, "scopes" | "account" | "claims" | "loginHint" | "prompt">;

/** One conversation with the person. */
export interface Interaction {
  /** Rejects with an EntranceError only. Stays pending while the page leaves for a redirect. */
  readonly result: Promise<AuthenticationResult>;
  /** Puts the window in front; false if it is gone and a new interaction may begin. */
  bringToFront(): boolean;
  cancel(): void;
}

/**
 * Opens the window at once, so call it straight from a click.
 *
 * An answer that arrives although the window looked closed still makes its account the active one.
 */
export function interact(msal: IPublicClientApplication, request: InteractionRequest): Interaction {
  const attempt = crypto.randomUUID();
  const { promise: ended, reject: end } = withResolvers<never>();
  const watch = watchPopup(msal, attempt, () => end(new EntranceError("popup_closed")));
  const answered = msal
    .acquireTokenPopup({ ...request, state: attempt, overrideInteractionInProgress: true })
    .catch((error: unknown) => {
      if (isPopupBlocked(error)) return redirect(msal, request);
      throw fromMsal(error);
    })
    .then((answer) => {
      msal.setActiveAccount(answer.account);
      return answer;
    });
  return {
    result: Promise.race([answered, ended]).finally(watch.stop),
    bringToFront: watch.bringToFront,
    cancel: () => {
      watch.close();
      end(new EntranceError("sign_in_cancelled"));
      void endInteraction(msal);
    },
  };
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
