/** What a person asks of Microsoft by a click: at once if MSAL is loaded, and otherwise as soon as it is. */
import type { Account } from "./account.js";
import { begunFor } from "./begun.js";
import type { Cancellation } from "./cancellation.js";
import { type EntranceError, toError } from "./errors.js";
import type { Confirmation } from "./microsoft/confirmation.js";
import type { Microsoft } from "./microsoft/microsoft.js";
import type { SignIns } from "./microsoft/signIns.js";
import { refused, type SignInResult } from "./signInResult.js";
import type { SignInOptions, Snapshot } from "./snapshot.js";

/** What it needs of the page's session. */
interface ClickedPage {
  readonly cancellation: Cancellation;
  readonly confirmation: Confirmation | null;
  readonly account: Account | null;
  readonly error: EntranceError | null;
  /** null while MSAL is not loaded. */
  readonly microsoft: Microsoft | null;
  getSnapshot(): Snapshot;
  ready(): Promise<Microsoft>;
  show(error: EntranceError | null, busy: boolean): void;
}

export class Clicks {
  readonly #page: ClickedPage;
  #waiting: Promise<Microsoft> | null = null;

  constructor(page: ClickedPage) {
    this.#page = page;
  }

  signIn(options: SignInOptions): Promise<SignInResult> {
    return this.#ask((signIns, signal) => signIns.signIn(options, signal));
  }

  async confirm(): Promise<SignInResult> {
    const { account, confirmation } = this.#page;
    if (account && !confirmation?.error) return { ok: true, account }; // another tab was quicker
    return this.#ask((signIns, signal) => signIns.confirm(signal));
  }

  askMicrosoft(options: SignInOptions): Promise<SignInResult> {
    const check = begunFor(this.#page);
    return this.#ask((signIns, signal) => {
      check();
      return signIns.askMicrosoft(options, signal);
    });
  }

  /** The browser lets only a click open a window: with MSAL loaded, nothing comes between the two. */
  async #ask(ask: (signIns: SignIns, signal: AbortSignal) => Promise<SignInResult>): Promise<SignInResult> {
    const page = this.#page;
    const signal = page.cancellation.fresh();
    const { session } = page.getSnapshot();
    try {
      const { signIns } = page.microsoft ?? (await this.#whileBusy()).mustStillBe(session);
      return await ask(signIns, signal);
    } catch (error) {
      return refused(toError(error));
    }
  }

  /** Shows that clicks wait for MSAL. */
  #whileBusy(): Promise<Microsoft> {
    const page = this.#page;
    if (this.#waiting) return this.#waiting;
    page.show(page.error, true);
    this.#waiting = page.ready().finally(() => {
      this.#waiting = null;
      page.show(page.error, false);
    });
    return this.#waiting;
  }
}
