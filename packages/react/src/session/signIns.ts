/** Asks the person in Microsoft's window: to sign in, to confirm a sign-in, or for a token. */
import type { AuthenticationResult } from "@azure/msal-browser";
import { type Account, samePerson } from "./account.js";
import { choiceFor, isWrongAccount } from "./choice.js";
import type { CheckedConfig } from "./config.js";
import type { Confirmation } from "./confirmation.js";
import { type Answered, type Connection, Conversations } from "./conversations.js";
import type { DjangoSession } from "./djangoSession.js";
import { type EntranceError, isOffline } from "./errors.js";
import { exchange, surviveReload } from "./exchange.js";
import type { InteractionRequest } from "./interaction.js";
import { fromMsal } from "./msalErrors.js";
import type { OwnDoor } from "./ownLogin.js";
import { mustReachMicrosoft } from "./reach.js";
import type { Renewal } from "./renewal.js";
import { accepted, type Purpose, refused, type SignInResult } from "./signInResult.js";
import type { SignInOptions } from "./snapshot.js";

/** What it needs of the page's session. */
export interface AskingPage {
  readonly own: OwnDoor;
  readonly django: DjangoSession | null;
  readonly confirmation: Confirmation;
  readonly renewal: Renewal | null;
  /** null while MSAL is not loaded. */
  readonly connection: Connection | null;
  readonly account: Account | null;
  /** Why the last sign-in failed. */
  readonly error: EntranceError | null;
  ready(): Promise<Connection>;
  show(error: EntranceError | null, busy?: boolean): void;
}

export class SignIns {
  readonly conversations: Conversations;
  readonly #page: AskingPage;
  /** Answer of a redirect that was no sign-in. */
  returned: AuthenticationResult | null = null;

  constructor(page: AskingPage) {
    this.#page = page;
    this.conversations = new Conversations({
      accept: (answered) => this.#accept(answered),
      resultOf: (answer) => this.resultOf(answer),
      refresh: (error) => page.show(error),
      setBusy: (busy) => page.show(page.error, busy),
    });
  }

  signIn(options: SignInOptions): Promise<SignInResult> {
    const { confirmation, renewal } = this.#page;
    return this.#ask("sign-in", () => {
      if (isWrongAccount(this.#page.error?.code)) return { prompt: "select_account", ...options };
      return choiceFor(options, confirmation.wish ?? renewal?.takeWishes() ?? {});
    });
  }

  async confirm(): Promise<SignInResult> {
    const { account, confirmation, django } = this.#page;
    if (account && !confirmation.error) return { ok: true, account }; // another tab was quicker
    return this.#ask(django ? "confirmation" : "token", () => confirmation.wish ?? {});
  }

  /** Asks Microsoft who the person is, without a session of that person. */
  async askMicrosoft(options: SignInOptions): Promise<SignInResult> {
    if (!this.#page.connection) await this.#page.ready().catch(() => {});
    const { returned } = this;
    this.returned = null;
    const isAnswered = returned && !options.prompt && !options.loginHint;
    return isAnswered ? accepted(returned) : this.#ask("token", () => options);
  }

  /** Asks for the answer in a window that an earlier page load opened. */
  askAgain(attempt: string): void {
    void this.#ask("sign-in", () => ({ correlationId: attempt }), false);
  }

  async #ask(purpose: Purpose, wish: () => Partial<InteractionRequest>, awaited = true): Promise<SignInResult> {
    const signal = this.conversations.freshSignal();
    try {
      const connection = this.#page.connection ?? (await this.#page.ready());
      if (isOffline()) await mustReachMicrosoft(connection.config);
      const scopes = [...connection.config.scopes];
      const request = { scopes, ...wish() };
      const own = purpose === "confirmation" ? { scopes, extraScopesToConsent: request.scopes } : {}; // Django's only
      const asked = { ...request, ...own };
      const answer = await this.conversations.interact(connection, asked, signal, purpose, awaited);
      return purpose === "token" ? accepted(answer) : this.resultOf(answer);
    } catch (error) {
      return refused(fromMsal(error));
    }
  }

  /** Returns whether the answer is a sign-in to tell of. */
  async #accept({ config, request, answer, conversation, isAnother }: Answered): Promise<boolean> {
    const { purpose, signal } = conversation;
    const { own, django, confirmation } = this.#page;
    if (purpose === "token" && (django || own.account)) return false;
    const before = django?.account;
    await this.exchange(config, answer, signal);
    if (purpose === "sign-in") await own.leave();
    const now = this.#page.account;
    confirmation.check(now);
    this.#page.connection?.tokens.askAnew();
    confirmation.answered(request, answer.accessToken);
    if (purpose !== "confirmation") return purpose === "sign-in" || isAnother;
    return !before || !now || !samePerson(before, now);
  }

  /** Starts the Django session, if there is one to start. */
  async exchange(config: CheckedConfig, answer: AuthenticationResult, signal: AbortSignal): Promise<void> {
    const { django } = this.#page;
    if (django) await surviveReload(() => exchange(django, config, answer, signal));
  }

  /** The result of a sign-in: with a Django session, its person. */
  resultOf(answer: AuthenticationResult | null): SignInResult {
    const account = this.#page.django?.account;
    return account ? { ok: true, account } : accepted(answer as AuthenticationResult);
  }
}
