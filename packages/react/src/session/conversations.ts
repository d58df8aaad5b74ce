/** The page's conversations with Microsoft: one at a time, in a window or by redirect. */
import type { AuthenticationResult, IPublicClientApplication } from "@azure/msal-browser";
import type { AccessTokens } from "./accessToken.js";
import type { CheckedConfig } from "./config.js";
import { EntranceError } from "./errors.js";
import { type Interaction, type InteractionRequest, interact } from "./interaction.js";
import { fromMsal } from "./msalErrors.js";
import { type Conversation, refused, SignInListeners, type SignInResult } from "./signInResult.js";
import { awaitOrphan, beginInWindow, forget, forgetEnded } from "./underWay.js";

/** Parts of a started session. */
export interface Connection {
  readonly msal: IPublicClientApplication;
  readonly config: CheckedConfig;
  readonly tokens: AccessTokens;
}

/** What the session does with a conversation. */
interface Listener {
  /** Accepts the answer of a sign-in, before it counts. */
  accept(config: CheckedConfig, answer: AuthenticationResult, signal: AbortSignal): Promise<void>;
  resultOf(answer: AuthenticationResult): SignInResult;
  /** Whether another person in the window for a token counts as a sign-in. */
  readonly tellsOfAnother: boolean;
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

  /** `asked` is null if the interaction is for a token, not for a sign-in. */
  async interact(
    connection: Connection,
    request: InteractionRequest,
    signal: AbortSignal,
    asked: boolean | null = null,
  ): Promise<AuthenticationResult> {
    const open = this.#current;
    if (open?.interaction?.bringToFront()) {
      if (asked) Object.assign(open, { signIn: true, awaited: true });
      return open.interaction.result;
    }
    const begun: Conversation = { signal, signIn: asked !== null, awaited: asked !== false };
    this.#current = begun;
    try {
      begun.interaction = this.#begin(connection, request, begun);
      return await begun.interaction.result;
    } catch (error) {
      const reason = fromMsal(error);
      if (this.#current === begun) this.#session.refresh(reason);
      if (begun.signIn) this.listeners.tell(refused(reason), begun.awaited);
      throw reason;
    } finally {
      if (this.#current === begun) this.#ended();
    }
  }

  #begin({ msal, config }: Connection, request: InteractionRequest, begun: Conversation): Interaction {
    this.#dropOrphan();
    const attempt = crypto.randomUUID();
    if (begun.signIn) beginInWindow(attempt);
    const interaction = interact(msal, request, begun.signal, attempt, async (answer, another) => {
      if (begun.signIn) await this.#session.accept(config, answer, begun.signal);
      this.#session.refresh(null);
      const isTold = begun.signIn || (another && this.#session.tellsOfAnother);
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
