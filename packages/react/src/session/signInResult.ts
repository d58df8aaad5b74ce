/** How a sign-in ended, and who hears of it. */
import type { AuthenticationResult } from "@azure/msal-browser";
import { type Account, toAccount } from "./account.js";
import type { EntranceError } from "./errors.js";
import type { Interaction } from "./interaction.js";

/** How a sign-in ended. */
export type SignInResult =
  | { readonly ok: true; readonly account: Account }
  | { readonly ok: false; readonly error: EntranceError };

export const accepted = ({ account }: AuthenticationResult): SignInResult => ({
  ok: true,
  account: toAccount(account),
});
export const refused = (error: EntranceError): SignInResult => ({ ok: false, error });

/** A conversation with the person, and who hears of its end. */
export interface Conversation {
  readonly signal: AbortSignal;
  interaction?: Interaction;
  /** Whether a sign-in was asked for, not only a token for the person who is signed in. */
  signIn: boolean;
  /** Whether a call that waits for the result gets it. */
  awaited: boolean;
}

/** `awaited` is false if no call of `signIn` waits for the result, since the page was loaded anew meanwhile. */
export type SignInListener = (result: SignInResult, awaited: boolean) => void;

export class SignInListeners {
  readonly #listeners = new Set<SignInListener>();

  /** Returns what ends the listening. */
  readonly add = (listener: SignInListener): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Tells those who listen now, a moment later: a listener that throws does not end the sign-in. */
  tell(result: SignInResult, awaited: boolean): void {
    for (const listener of this.#listeners) queueMicrotask(() => listener(result, awaited));
  }
}
