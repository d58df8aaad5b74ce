/** The page's conversations with Microsoft: one at a time, in a window or by redirect. */
import type { AuthenticationResult, IPublicClientApplication } from "@azure/msal-browser";
import type { AccessTokens } from "./accessToken.js";
import type { CheckedConfig } from "./config.js";
import { EntranceError } from "./errors.js";
import { type Interaction, type InteractionRequest, interact } from "./interaction.js";
import { fromMsal } from "./msalErrors.js";
import { type Conversation, type Purpose, refused, SignInListeners, type SignInResult } from "./signInResult.js";
import { awaitOrphan, beginInWindow, forget, forgetEnded } from "./underWay.js";

/** Parts of a started session. */
export interface Connection {
  readonly msal: IPublicClientApplication;
  readonly config: CheckedConfig;
  readonly tokens: AccessTokens;
}

/** An answer of Microsoft in the window. */
export interface Answered {
  readonly config: CheckedConfig;
  readonly request: InteractionRequest;
  readonly answer: AuthenticationResult;
  readonly conversation: Conversation;
  /** Whether another person answered than before. */
  readonly isAnother: boolean;
}

/** What the session does with a conversation. */
interface Listener {
  /** Accepts an answer before it counts. Returns whether it is a sign-in to tell of. */
  accept(answered: Answered): Promise<boolean>;
  resultOf(answer: AuthenticationResult): SignInResult;
  refresh(error: EntranceError | null): void;
  setBusy(busy: boolean): void;
}

export class Conversations {
  readonly listeners: SignInListeners = new SignInListeners();
  readonly #session: Listener;
  #stopWaiting: () => void = () => {};
  #current: Conversation | null = null;
  #giveUp = new AbortController();

  constructor(session: Listener) {
    this.#session = session;
  }

  get signal(): AbortSignal {
    return this.#giveUp.signal;
  }

  /** Returns a signal that is not aborted, after a sign-out, too. */
  freshSignal(): AbortSignal {
    if (this.signal.aborted) this.#giveUp = new AbortController();
    return this.signal;
  }

  cancel(): void {
    this.#dropOrphan();
    this.#giveUp.abort(new EntranceError("sign_in_cancelled"));
    this.#giveUp = new AbortController();
  }

  /** Cancels, and lets none begin before `freshSignal`. */
  end(): void {
    this.cancel();
    this.#giveUp.abort(new EntranceError("not_signed_in"));
  }

  /** Waits for the answer in the window of an earlier page load. */
  awaitOrphan(attempt: string, onAnswer: () => void): void {
    this.#stopWaiting = awaitOrphan(attempt, onAnswer);
  }

  #dropOrphan(): void {
    this.#stopWaiting();
    forget();
  }

  /** `awaited` is false if no call waits for the sign-in, because the page was reloaded. */
  async interact(
    connection: Connection,
    request: InteractionRequest,
    signal: AbortSignal,
    purpose: Purpose,
    awaited: boolean = true,
  ): Promise<AuthenticationResult> {
    const open = this.#current;
    if (open?.interaction?.bringToFront()) {
      if (purpose === "sign-in" && awaited) Object.assign(open, { purpose, awaited });
      return open.interaction.result;
    }
    const begun: Conversation = { signal, purpose, awaited };
    this.#current = begun;
    try {
      begun.interaction = this.#begin(connection, request, begun);
      return await begun.interaction.result;
    } catch (error) {
      const reason = fromMsal(error);
      if (this.#current === begun) this.#session.refresh(reason);
      if (begun.purpose === "sign-in") this.listeners.tell(refused(reason), begun.awaited);
      throw reason;
    } finally {
      if (this.#current === begun) this.#ended();
    }
  }

  #begin({ msal, config }: Connection, request: InteractionRequest, begun: Conversation): Interaction {
    this.#dropOrphan();
    const attempt = crypto.randomUUID();
    if (begun.purpose !== "token") beginInWindow(attempt);
    const interaction = interact(msal, request, begun.signal, attempt, async (answer, isAnother) => {
      const isTold = await this.#session.accept({ config, request, answer, conversation: begun, isAnother });
      this.#session.refresh(null);
      if (isTold) this.listeners.tell(this.#session.resultOf(answer), begun.awaited && this.#current === begun);
    });
    this.#session.setBusy(true);
    this.#session.refresh(null);
    return interaction;
  }

  #ended(): void {
    this.#current = null;
    forgetEnded();
    this.#session.setBusy(false);
  }
}
