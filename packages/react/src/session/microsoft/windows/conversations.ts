/** The page's conversations with Microsoft: one at a time, in a window or by redirect. */
import type { AuthenticationResult, IPublicClientApplication } from "@azure/msal-browser";
import type { Account } from "../../account.js";
import { mustStillBe } from "../../begun.js";
import type { EntranceError } from "../../errors.js";
import {
  type Conversation,
  type Purpose,
  refused,
  type SignInListeners,
  type SignInResult,
} from "../../signInResult.js";
import { forgetAsker, keepAsker } from "../../stored/asker.js";
import { beginInWindow, forgetEnded } from "../../stored/attempt.js";
import { forget } from "../../stored/underWay.js";
import { fromMsal } from "../msal/msalErrors.js";
import { type Interaction, type InteractionRequest, interact } from "./interaction.js";
import { awaitOrphan } from "./orphan.js";

/** An answer of Microsoft in the window. */
export interface Answered {
  readonly request: InteractionRequest;
  readonly answer: AuthenticationResult;
  readonly conversation: Conversation;
  /** Whether another person answered than before. */
  readonly isAnother: boolean;
}

/** What the session does with a conversation. */
interface Listener {
  /** Told of every sign-in that ends. */
  readonly listeners: SignInListeners;
  /** Who is signed in. Only a sign-in counts for someone else than who began it. */
  person(): Account | null;
  /** Accepts an answer before it counts. Returns whether it is a sign-in to tell of. */
  accept(answered: Answered): Promise<boolean>;
  resultOf(answer: AuthenticationResult): SignInResult;
  refresh(error: EntranceError | null): void;
  setBusy(busy: boolean): void;
}

export class Conversations {
  readonly #session: Listener;
  #stopWaiting: () => void = () => {};
  #current: Conversation | null = null;

  constructor(session: Listener) {
    this.#session = session;
  }

  /** Waits for the answer in the window of an earlier page load. */
  awaitOrphan(attempt: string, onAnswer: () => void): void {
    this.#stopWaiting = awaitOrphan(attempt, onAnswer);
  }

  /** Leaves that window alone. */
  dropOrphan(): void {
    this.#stopWaiting();
    forget();
  }

  /** Brings the open window to the front. Returns false if there is none. */
  bringToFront(): boolean {
    return this.#current?.interaction?.bringToFront() ?? false;
  }

  /** `awaited` is false if no call waits for the sign-in, because the page was reloaded. */
  async interact(
    msal: IPublicClientApplication,
    request: InteractionRequest,
    signal: AbortSignal,
    purpose: Purpose,
    awaited: boolean = true,
  ): Promise<AuthenticationResult> {
    const open = this.#current;
    if (open?.interaction?.bringToFront()) {
      if (purpose === "sign-in" && awaited) Object.assign(open, { purpose, awaited });
      if (purpose === "confirmation") open.isShared = true;
      return open.interaction.result;
    }
    const begun: Conversation = { signal, purpose, awaited };
    this.#current = begun;
    try {
      begun.interaction = this.#begin(msal, request, begun);
      return await begun.interaction.result;
    } catch (error) {
      const reason = fromMsal(error);
      if (this.#current === begun) this.#session.refresh(reason);
      if (begun.purpose === "sign-in") this.#session.listeners.tell(refused(reason), begun.awaited);
      throw reason;
    } finally {
      if (this.#current === begun) this.#ended();
    }
  }

  #begin(msal: IPublicClientApplication, request: InteractionRequest, begun: Conversation): Interaction {
    this.dropOrphan();
    const attempt = crypto.randomUUID();
    if (begun.purpose !== "token") beginInWindow(attempt);
    const onAnswer = async (answer: AuthenticationResult, isAnother: boolean): Promise<void> => {
      const isTold = await this.#session.accept({ request, answer, conversation: begun, isAnother });
      this.#session.refresh(null);
      if (isTold)
        this.#session.listeners.tell(this.#session.resultOf(answer), begun.awaited && this.#current === begun);
    };
    const person = this.#session.person();
    if (begun.purpose === "sign-in") forgetAsker();
    else keepAsker(person);
    const admit = (): void => {
      if (begun.purpose !== "sign-in") mustStillBe(person, this.#session.person());
    };
    const interaction = interact(msal, request, begun.signal, attempt, onAnswer, admit);
    this.#session.setBusy(true);
    this.#session.refresh(null);
    return interaction;
  }

  #ended(): void {
    this.#current = null;
    forgetAsker();
    forgetEnded();
    this.#session.setBusy(false);
  }
}
