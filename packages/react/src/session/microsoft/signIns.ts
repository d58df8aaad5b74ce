/** Asks the person in Microsoft's window: to sign in, to confirm a sign-in, or for a token. */
import type { AuthenticationResult } from "@azure/msal-browser";
import { samePerson, toAccount } from "../account.js";
import { isOffline, toError } from "../errors.js";
import { accepted, type Conversation, type Purpose, refused, type SignInResult } from "../signInResult.js";
import type { SignInOptions } from "../snapshot.js";
import { isAsker, mustBeAskers } from "../stored/asker.js";
import { forget } from "../stored/underWay.js";
import { choiceFor, isWrongAccount } from "./choice.js";
import { exchange, surviveReload } from "./exchange.js";
import type { Microsoft, Page } from "./microsoft.js";
import { fromMsal } from "./msal/msalErrors.js";
import { mustReachMicrosoft } from "./msal/reach.js";
import { type Answered, Conversations } from "./windows/conversations.js";
import type { InteractionRequest } from "./windows/interaction.js";

export class SignIns {
  readonly conversations: Conversations;
  readonly #microsoft: Microsoft;
  readonly #page: Page;
  /** Answer of a redirect that was no sign-in. */
  returned: AuthenticationResult | null = null;

  constructor(microsoft: Microsoft, page: Page) {
    this.#microsoft = microsoft;
    this.#page = page;
    this.conversations = new Conversations({
      listeners: page.signInListeners,
      person: () => page.account,
      accept: (answered) => this.#accept(answered),
      resultOf: (answer) => this.resultOf(answer),
      refresh: (error) => page.show(error),
      setBusy: (busy) => page.show(page.error, busy),
    });
  }

  signIn(options: SignInOptions, signal: AbortSignal): Promise<SignInResult> {
    const { confirmation, renewal } = this.#microsoft;
    return this.#ask("sign-in", signal, () => {
      if (isWrongAccount(this.#page.error?.code)) return { prompt: "select_account", ...options };
      return choiceFor(options, confirmation.wish ?? renewal?.takeWishes() ?? {});
    });
  }

  /** An open window that was for something else may not have the answer: then the demand stays. */
  async confirm(signal: AbortSignal): Promise<SignInResult> {
    const { confirmation } = this.#microsoft;
    const { error } = confirmation;
    const purpose = this.#page.django ? "confirmation" : "token";
    const result = await this.#ask(purpose, signal, () => confirmation.wish ?? {});
    return result.ok && error && confirmation.error === error ? refused(error) : result;
  }

  /** Asks Microsoft who the person is, without a session of that person. The answer of a redirect is the asker's only. */
  async askMicrosoft(options: SignInOptions, signal: AbortSignal): Promise<SignInResult> {
    const returned = isAsker(this.#page.account) ? this.returned : null;
    this.returned = null;
    const isAnswered = returned && !options.prompt && !options.loginHint;
    return isAnswered ? accepted(returned) : this.#ask("token", signal, () => options);
  }

  /** Asks for the answer in a window that an earlier page load opened, if it is still for who is signed in. */
  askAgain(attempt: string): void {
    try {
      mustBeAskers(this.#page.account);
    } catch (error) {
      forget();
      this.#page.show(toError(error));
      return;
    }
    const signal = this.#page.cancellation.fresh();
    void this.#ask("sign-in", signal, () => ({ correlationId: attempt }), false);
  }

  async #ask(
    purpose: Purpose,
    signal: AbortSignal,
    wish: () => Partial<InteractionRequest>,
    awaited = true,
  ): Promise<SignInResult> {
    const { msal, config } = this.#microsoft;
    try {
      if (isOffline()) await mustReachMicrosoft(config);
      const scopes = [...config.scopes];
      const request = { scopes, ...wish() };
      const own = purpose === "confirmation" ? { scopes, extraScopesToConsent: request.scopes } : {}; // Django's only
      const answer = await this.conversations.interact(msal, { ...request, ...own }, signal, purpose, awaited);
      return purpose === "token" ? accepted(answer) : this.resultOf(answer);
    } catch (error) {
      return refused(fromMsal(error));
    }
  }

  /** Returns whether the answer is a sign-in to tell of. */
  async #accept({ request, answer, conversation, isAnother }: Answered): Promise<boolean> {
    const { signal } = conversation;
    const { own, django } = this.#page;
    const { confirmation, tokens } = this.#microsoft;
    const purpose = this.#purposeOf(conversation, answer);
    if (purpose === "token" && (django || own.account)) return false;
    const before = django?.account;
    await this.exchange(answer, signal);
    if (purpose === "sign-in") await own.leave();
    const now = this.#page.account;
    confirmation.check(now);
    tokens.askAnew();
    confirmation.answered(request, answer.accessToken);
    if (purpose !== "confirmation") return purpose === "sign-in" || isAnother;
    return !before || !now || !samePerson(before, now);
  }

  /** A window that was opened for a token may confirm the person, too, but makes no other person's session. */
  #purposeOf({ purpose, isShared }: Conversation, { account }: AuthenticationResult): Purpose {
    const person = this.#page.django?.account;
    const isConfirmed = isShared && purpose === "token" && person && samePerson(toAccount(account), person);
    return isConfirmed ? "confirmation" : purpose;
  }

  /** Starts the Django session, if there is one to start. */
  async exchange(answer: AuthenticationResult, signal: AbortSignal): Promise<void> {
    const { django } = this.#page;
    if (django) await surviveReload(() => exchange(django, this.#microsoft.config, answer, signal));
  }

  /** The result of a sign-in: with a Django session, its person. */
  resultOf(answer: AuthenticationResult | null): SignInResult {
    const account = this.#page.django?.account;
    return account ? { ok: true, account } : accepted(answer as AuthenticationResult);
  }
}
