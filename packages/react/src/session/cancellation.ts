/** Ends what waits for the person: a click before MSAL is loaded, and an open window. */
import { EntranceError } from "./errors.js";

export class Cancellation {
  #giveUp = new AbortController();

  /** Its reason is an EntranceError. */
  get signal(): AbortSignal {
    return this.#giveUp.signal;
  }

  /** Returns a signal that is not aborted, during a sign-out, too. */
  fresh(): AbortSignal {
    if (this.signal.aborted) this.#giveUp = new AbortController();
    return this.signal;
  }

  cancel(): void {
    this.#giveUp.abort(new EntranceError("sign_in_cancelled"));
    this.#giveUp = new AbortController();
  }

  /** Cancels, and lets nothing begin before `fresh`. */
  end(): void {
    this.cancel();
    this.#giveUp.abort(new EntranceError("not_signed_in"));
  }
}
