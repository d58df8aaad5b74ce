/** The page's session as a small state machine. */
import type { AuthenticationResult, IPublicClientApplication } from "@azure/msal-browser";
import { AccessTokens, type Renewal as TokenRenewal } from "./accessToken.js";
import { type Account, type Person, samePerson, toAccount } from "./account.js";
import type { InteractionMode } from "./call.js";
import { choiceFor, isWrongAccount } from "./choice.js";
import { type CheckedConfig, type ConfigSource, readConfig } from "./config.js";
import { Confirmation } from "./confirmation.js";
import { type Answered, type Connection, Conversations } from "./conversations.js";
import { DjangoSession } from "./djangoSession.js";
import { EntranceError, isOffline } from "./errors.js";
import { exchange, surviveReload } from "./exchange.js";
import { Healing } from "./healing.js";
import { activate, type InteractionRequest } from "./interaction.js";
import { createMsal } from "./msal.js";
import { fromMsal } from "./msalErrors.js";
import { ACCOUNT_EVENTS } from "./msalEvents.js";
import { Published } from "./published.js";
import { mustReachMicrosoft } from "./reach.js";
import { finishRedirect, type Returned } from "./redirect.js";
import { Renewal } from "./renewal.js";
import { sessionOf } from "./sessionOf.js";
import { accepted, type Purpose, refused, type SignInListeners, type SignInResult } from "./signInResult.js";
import { endSession } from "./signingOut.js";
import { type SignedInPerson, type SignInOptions, type SignOutOptions, type Snapshot, STARTING } from "./snapshot.js";
import { forgetEnded, REDEEMED, recall } from "./underWay.js";

type CreateMsal = (config: CheckedConfig) => IPublicClientApplication | Promise<IPublicClientApplication>;

export class SessionStore {
  readonly #source: ConfigSource;
  readonly #createMsal: CreateMsal;
  readonly #published = new Published<Snapshot>(STARTING);
  /** Whether Microsoft wants to see the person again. */
  readonly confirmation: Confirmation = new Confirmation(() => this.#refresh(null));
  /** Called for every sign-in that ends on this page. */
  readonly signInListeners: SignInListeners;
  /** The Django session, if it is the page's session. */
  readonly django: DjangoSession | null;
  #isKnown = false;
  #opening: Promise<unknown> | null = null;
  readonly #renewal: Renewal | null;
  #config: Promise<CheckedConfig> | null = null;
  /** Answer of a redirect that was no sign-in. */
  #returned: AuthenticationResult | null = null;
  #starting: Promise<Connection> | null = null;
  #connection: Connection | null = null;
  readonly #healing = new Healing(() => this.#again());
  readonly #conversations: Conversations;

  constructor(source: ConfigSource, create: CreateMsal = createMsal) {
    this.#source = source;
    this.#createMsal = create;
    const url = (): string => this.entranceUrl("session/");
    this.django = source.session === "django" ? new DjangoSession(url, () => this.#refresh()) : null;
    this.#renewal = this.django && new Renewal(this.django, this, (reason) => this.#refresh(reason));
    this.#conversations = new Conversations({
      accept: (answered) => this.#accept(answered),
      resultOf: (answer) => this.#accepted(answer),
      refresh: (error) => this.#refresh(error),
      setBusy: (busy) => this.#refresh(undefined, busy),
    });
    this.signInListeners = this.#conversations.listeners;
  }

  /** What requests do if Microsoft wants to see the person first. */
  get interaction(): InteractionMode {
    return this.#source.interaction ?? "never";
  }

  /** Returns the URL of a page of django-entrance: beside `config.json`, or under `/entrance/` of this origin. */
  entranceUrl(path: string): string {
    const { config } = this.#source;
    return new URL(path, new URL(typeof config === "string" ? config : "/entrance/", location.origin)).href;
  }

  readonly getSnapshot = (): Snapshot => this.#published.get();

  readonly subscribe = (listener: () => void): (() => void) => this.#published.subscribe(listener);

  /** Aborted by `cancel` and by a sign-out. */
  get signal(): AbortSignal {
    return this.#conversations.signal;
  }

  /** Starts the session, once. The snapshot shows the outcome. */
  readonly start = (): void => {
    this.opened().catch(() => {});
  };

  /** Resolves when the session is known: a Django session without MSAL, unless a sign-in has to be finished. */
  opened(): Promise<unknown> {
    this.#opening ??= this.django ? this.#open(this.django) : this.ready();
    return this.#opening;
  }

  async #open(django: DjangoSession): Promise<void> {
    try {
      await django.look();
      this.#healing.healed();
      const isUnderWay = recall() !== null;
      if (isUnderWay) await this.ready().catch(() => {});
      this.#known(this.getSnapshot().error);
    } catch (error) {
      throw this.#failed(error);
    }
  }

  /** Loads the configuration, once. */
  config(): Promise<CheckedConfig> {
    this.#config ??= readConfig(this.#source).catch((error) => {
      this.#config = null;
      throw error;
    });
    return this.#config;
  }

  /** Reads the Django session again, after an own login of the site, for example. Never rejects. */
  readonly refresh = async (): Promise<void> => {
    await this.django?.look().catch(() => {});
  };

  /** Loads and starts MSAL, once, and returns the parts. Rejects with the EntranceError of a failed start. */
  ready(): Promise<Connection> {
    this.#starting ??= this.#connect();
    return this.#starting;
  }

  /** Opens the sign-in window, or brings the open one to the front and shares its result. */
  readonly signIn = (options: SignInOptions = {}): Promise<SignInResult> =>
    this.#ask("sign-in", () => {
      if (isWrongAccount(this.getSnapshot().error?.code)) return { prompt: "select_account", ...options };
      return choiceFor(options, this.confirmation.wish ?? this.#renewal?.takeWishes() ?? {});
    });

  /** Shows the person to Microsoft, which demanded it. Requests that wait for that go on. */
  readonly confirm = async (): Promise<SignInResult> => {
    const account = this.#account();
    if (account && !this.confirmation.error) return { ok: true, account }; // another tab was quicker
    return this.#ask(this.django ? "confirmation" : "token", () => this.confirmation.wish ?? {});
  };

  async #ask(purpose: Purpose, wish: () => Partial<InteractionRequest>, awaited = true): Promise<SignInResult> {
    const signal = this.#conversations.freshSignal();
    try {
      const connection = this.#connection ?? (await this.ready());
      if (isOffline()) await mustReachMicrosoft(connection.config);
      const scopes = [...connection.config.scopes];
      const request = { scopes, ...wish() };
      const own = purpose === "confirmation" ? { scopes, extraScopesToConsent: request.scopes } : {}; // Django's only
      const asked = { ...request, ...own };
      const answer = await this.#conversations.interact(connection, asked, signal, purpose, awaited);
      return purpose === "token" ? accepted(answer) : this.#accepted(answer);
    } catch (error) {
      return refused(fromMsal(error));
    }
  }

  /** Asks Microsoft who the person is, without a Django session of that person. */
  async askMicrosoft(options: SignInOptions): Promise<SignInResult> {
    if (!this.#connection) await this.ready().catch(() => {});
    const returned = this.#returned;
    this.#returned = null;
    const isAnswered = returned && !options.prompt && !options.loginHint;
    return isAnswered ? accepted(returned) : this.#ask("token", () => options);
  }

  /** Signs out in all tabs. Never rejects. */
  readonly signOut = async (options: SignOutOptions = {}): Promise<void> => {
    this.#conversations.end(); // no window may open from here on
    this.confirmation.drop(new EntranceError("not_signed_in"));
    try {
      await endSession({ django: this.django, ready: () => this.ready() }, options);
    } catch (error) {
      this.#conversations.freshSignal();
      this.#refresh(fromMsal(error));
    }
  };

  /** Cancels every sign-in in progress. A response that still arrives is ignored. */
  readonly cancel = (): void => this.#conversations.cancel();

  async #connect(): Promise<Connection> {
    try {
      const config = await this.config();
      const msal = await this.#createMsal(config);
      await msal.initialize();
      const tokens = new AccessTokens(msal, config.scopes, (request, keep, details) => {
        this.signal.throwIfAborted(); // by a sign-out
        this.confirmation.wishFor(request, keep);
        throw new EntranceError("interaction_required", { details });
      });
      const connection: Connection = { msal, config, tokens };
      this.#connection = connection;
      msal.addEventCallback(() => {
        this.#refresh();
        if (!this.getSnapshot().busy) this.confirmation.again();
      }, ACCOUNT_EVENTS);
      await this.#goOn(connection, await finishRedirect(msal));
      this.#healing.healed();
      return connection;
    } catch (error) {
      if (!this.django) throw this.#failed(error);
      this.#starting = null; // the next click tries again
      const reason = fromMsal(error);
      this.#healing.failed(reason);
      this.#known(reason);
      throw reason;
    }
  }

  #failed(error: unknown): EntranceError {
    const reason = fromMsal(error);
    this.#published.change({ session: { status: "failed", error: reason, retry: this.#retry } });
    this.#healing.failed(reason);
    return reason;
  }

  readonly #retry = (): void => {
    this.#published.change(STARTING);
    this.#again();
  };

  /** Tries again what failed: the start of the session, or the loading of MSAL beside a Django session. */
  #again(): void {
    this.#healing.stop();
    const isKnown = this.#isKnown;
    if (!isKnown) this.#starting = this.#opening = null;
    (isKnown ? this.ready() : this.opened()).catch(() => {});
  }

  /** Resumes a sign-in after a redirect to Microsoft, or after a reload beside an open window. */
  async #goOn(connection: Connection, { answer, error }: Returned): Promise<void> {
    const attempt = recall();
    const signIn = attempt === "" || attempt === REDEEMED;
    const another = answer !== null && activate(connection.msal, answer);
    const lost = attempt === "" && !answer && !error ? new EntranceError("interrupted") : null;
    let reason = error ?? lost;
    if (!signIn) this.#returned = answer;
    else if (this.django && !reason) reason = await this.#finish(connection, answer).then(() => null, fromMsal);
    this.#known(reason);
    if (attempt && !signIn) {
      this.#conversations.awaitOrphan(
        attempt,
        () => void this.#ask("sign-in", () => ({ correlationId: attempt }), false),
      );
    } else forgetEnded();
    if (reason && signIn) this.signInListeners.tell(refused(reason), false);
    else if (this.django ? signIn : answer && (signIn || another)) {
      this.signInListeners.tell(this.#accepted(answer), !signIn);
    }
  }

  /** Starts the Django session of a sign-in that an earlier page load began. */
  async #finish({ msal, config }: Connection, answer: AuthenticationResult | null): Promise<void> {
    const account = msal.getActiveAccount();
    if (!account) throw new EntranceError("interrupted");
    const redeemed = answer ?? (await msal.acquireTokenSilent({ scopes: [...config.scopes], account }));
    await this.#exchange(config, redeemed, this.signal);
  }

  async #exchange(config: CheckedConfig, answer: AuthenticationResult, signal: AbortSignal): Promise<void> {
    const { django } = this;
    if (django) await surviveReload(() => exchange(django, config, answer, signal));
  }

  /** Asks Microsoft again and starts the Django session anew, without the person. */
  async renew(claims?: string): Promise<void> {
    await this.#renewal?.renew(claims);
  }

  /** Returns an access token of the person, without the person. */
  async token(renewal: TokenRenewal = {}, known?: Person): Promise<string> {
    const { tokens } = await this.ready();
    const person = known ?? tokens.person();
    const what = JSON.stringify([renewal.claims, renewal.scopes]);
    return this.confirmation.attempt({ person, what, work: () => tokens.get(renewal, person) });
  }

  /** Returns whether the answer is a sign-in to tell of. */
  async #accept({ config, request, answer, conversation, isAnother }: Answered): Promise<boolean> {
    const { purpose, signal } = conversation;
    if (this.django && purpose === "token") return false;
    const before = this.django?.account;
    await this.#exchange(config, answer, signal);
    const now = this.#account();
    this.confirmation.check(now ?? null);
    this.#connection?.tokens.askAnew();
    this.confirmation.answered(request, answer.accessToken);
    if (purpose !== "confirmation") return purpose === "sign-in" || isAnother;
    return !before || !now || !samePerson(before, now);
  }

  /** The result of a sign-in: with a Django session, its person. */
  #accepted(answer: AuthenticationResult | null): SignInResult {
    const account = this.django?.account;
    return account ? { ok: true, account } : accepted(answer as AuthenticationResult);
  }

  /** From here on the Django session is known; a sign-in of an earlier page load has ended. */
  #known(error: EntranceError | null): void {
    this.#isKnown = true;
    this.#refresh(error);
  }

  #refresh(error: EntranceError | null = this.getSnapshot().error, busy = this.getSnapshot().busy): void {
    const account = this.#account();
    if (account === undefined) {
      if (busy !== this.getSnapshot().busy) this.#published.change({ busy });
      return;
    }
    this.confirmation.check(account);
    const before = this.getSnapshot().session;
    const { confirm } = this;
    const facts = { error, busy, demand: this.confirmation.error, confirm, dismiss: this.#dismiss };
    const session = sessionOf(before, { person: account && this.#personOf(account), ...facts });
    this.#published.change({ session, error, busy, msal: this.#connection?.msal ?? null });
    const isOver = this.django && !account && before.status !== "signed-out";
    if (isOver) this.ready().catch(() => {}); // the next click must find MSAL loaded
  }

  #personOf(account: Account): SignedInPerson {
    const { via, roles = [], groups = [] } = this.django ?? {};
    return { account, ...(via && { via }), roles, groups };
  }

  readonly #dismiss = (): void => this.#refresh(null);

  /** Returns undefined before it is known who is signed in. */
  #account(): Account | null | undefined {
    if (this.django) return this.#isKnown ? this.django.account : undefined;
    const active = this.#connection?.msal.getActiveAccount();
    return active ? toAccount(active) : this.#connection && null;
  }
}
