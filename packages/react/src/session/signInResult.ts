/** Result of a sign-in, and its listeners. */
import type { AuthenticationResult } from "@azure/msal-browser";
import { type Account, toAccount } from "./account.js";
import type { EntranceError } from "./errors.js";
import type { Interaction } from "./microsoft/windows/interaction.js";

/** Result of a sign-in. */
export type SignInResult =
  | { readonly ok: true; readonly account: Account }
  | { readonly ok: false; readonly error: EntranceError };

export const accepted = ({ account }: AuthenticationResult): SignInResult => ({
  ok: true,
  account: toAccount(account),
});
export const refused = (error: EntranceError): SignInResult => ({ ok: false, error });

/**
 * What an interaction is for: a sign-in; a confirmation, which starts the Django session anew; or a token only, which
 * starts none.
 */
export type Purpose = "sign-in" | "confirmation" | "token";

/** An interaction in progress, and what its end is reported as. */
export interface Conversation {
  readonly signal: AbortSignal;
  interaction?: Interaction;
  purpose: Purpose;
  /** Whether a click on "confirm" shares the window. Its answer confirms if it is the signed-in person's. */
  isShared?: boolean;
  /** Whether a call of `signIn` waits for the result. */
  awaited: boolean;
}

/** `awaited` is false if no call of `signIn` waits for the result, because the page was reloaded. */
export type SignInListener = (result: SignInResult, awaited: boolean) => void;

export class SignInListeners {
  readonly #listeners = new Set<SignInListener>();

  /** Adds a listener. Returns a function that removes it. */
  readonly add = (listener: SignInListener): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Calls the listeners asynchronously, so that one that throws does not break the sign-in. */
  tell(result: SignInResult, awaited: boolean): void {
    for (const listener of this.#listeners) queueMicrotask(() => listener(result, awaited));
  }
}
