/** The page's session as a small state machine. */
import type { AuthenticationResult, IPublicClientApplication } from "@azure/msal-browser";
import { AccessTokens } from "./accessToken.js";
import { type Account, toAccount } from "./account.js";
import { hasTokens, removeOtherAccounts } from "./cachedAccounts.js";
import { type CheckedConfig, type ConfigSource, readConfig } from "./config.js";
import { type Connection, Conversations } from "./conversations.js";
import { DjangoSession } from "./djangoSession.js";
import { EntranceError, type EntranceErrorCode, isOffline } from "./errors.js";
import { exchange, surviveReload } from "./exchange.js";
import { Healing } from "./healing.js";
import { activate, type InteractionRequest, leavePage } from "./interaction.js";
import { createMsal } from "./msal.js";
import { fromMsal } from "./msalErrors.js";
import { ACCOUNT_EVENTS } from "./msalEvents.js";
import { mustReachMicrosoft } from "./reach.js";
import { finishRedirect, type Returned } from "./redirect.js";
import { Renewal } from "./renewal.js";
import { accepted, refused, type SignInListeners, type SignInResult } from "./signInResult.js";
import {
  type Session,
  SIGNING_IN,
  type SignInOptions,
  type SignOutOptions,
  type Snapshot,
  STARTING,
  signedIn,
  signedOut,
} from "./snapshot.js";
import { forgetEnded, REDEEMED, recall } from "./underWay.js";

/** After these errors the next sign-in shows the account picker: the person may have used the wrong account. */
const WRONG_ACCOUNT: ReadonlySet<EntranceErrorCode | undefined> = new Set([
  "not_assigned",
  "access_denied",
  "consent_required",
  "account_exists",
  "popup_closed", // the only way out of Microsoft's error pages
]);

type CreateMsal = (config: CheckedConfig) => IPublicClientApplication | Promise<IPublicClientApplication>;

export class SessionStore {
  readonly #source: ConfigSource;
  readonly #createMsal: CreateMsal;
  readonly #listeners = new Set<() => void>();
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
  #snapshot: Snapshot = STARTING;
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
      accept: (config, answer, signal) => this.#exchange(config, answer, signal),
      resultOf: (answer) => this.#accepted(answer),
      tellsOfAnother: this.django === null,
      refresh: (error) => this.#refresh(error),
      setBusy: (busy) => this.#refresh(undefined, busy),
    });
    this.signInListeners = this.#conversations.listeners;
  }

  /** Returns the URL of a page of django-entrance: beside `config.json`, or under `/entrance/` of this origin. */
  entranceUrl(path: string): string {
    const { config } = this.#source;
    return new URL(path, new URL(typeof config === "string" ? config : "/entrance/", location.origin)).href;
  }

  readonly getSnapshot = (): Snapshot => this.#snapshot;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

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
      this.#known(this.#snapshot.error);
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
  readonly signIn = (options: SignInOptions = {}): Promise<SignInResult> => this.#signIn(options, true);

  async #signIn(
    options: Pick<InteractionRequest, "correlationId"> & SignInOptions,
    asked: boolean | null,
  ): Promise<SignInResult> {
    const signal = this.#conversations.freshSignal();
    try {
      const connection = this.#connection ?? (await this.ready());
      if (isOffline()) await mustReachMicrosoft(connection.config);
      const choice = WRONG_ACCOUNT.has(this.#snapshot.error?.code)
        ? { prompt: "select_account" }
        : this.#renewal?.takeWishes();
      const request = { scopes: [...connection.config.scopes], ...choice, ...options };
      const answer = await this.#conversations.interact(connection, request, signal, asked);
      return asked === null ? accepted(answer) : this.#accepted(answer);
    } catch (error) {
      return refused(fromMsal(error));
    }
  }

  /** Asks Microsoft who the person is, without a Django session of that person. */
  async askMicrosoft(options: SignInOptions): Promise<SignInResult> {
    if (!this.#connection) await this.ready().catch(() => {});
    const returned = this.#returned;
    this.#returned = null;
    return returned && !options.prompt && !options.loginHint ? accepted(returned) : this.#signIn(options, null);
  }

  /**
   * Signs out in all tabs, and at Microsoft, for which the page leaves. The Django session ends first; then the page
   * leaves only to sign out everywhere.
   */
  readonly signOut = async ({ everywhere }: SignOutOptions = {}): Promise<void> => {
    this.#conversations.end(); // no token request may open a window from here on
    try {
      const { django } = this;
      const leaves = !django || (everywhere === true && (django.via === "entra" || hasTokens()));
      await django?.end();
      const { msal } = await this.ready();
      const account = msal.getActiveAccount();
      await removeOtherAccounts(msal, leaves ? account : null);
      if (leaves) await leavePage(msal, () => msal.logoutRedirect({ account }));
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
      const tokens = new AccessTokens(msal, config.scopes, (request) =>
        this.django
          ? Promise.reject(new EntranceError("interaction_required")) // no window without a click
          : this.#conversations.interact(connection, request, this.signal),
      );
      const connection: Connection = { msal, config, tokens };
      this.#connection = connection;
      msal.addEventCallback(() => this.#refresh(), ACCOUNT_EVENTS);
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
    this.#publish({ session: { status: "failed", error: reason, retry: this.#retry } });
    this.#healing.failed(reason);
    return reason;
  }

  readonly #retry = (): void => {
    this.#publish(STARTING);
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
      this.#conversations.awaitOrphan(attempt, () => void this.#signIn({ correlationId: attempt }, false));
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

  #refresh(error: EntranceError | null = this.#snapshot.error, busy = this.#snapshot.busy): void {
    const account = this.#account();
    if (account === undefined) {
      if (busy !== this.#snapshot.busy) this.#publish({ busy });
      return;
    }
    const before = this.#snapshot.session;
    const session = this.#shown(before, account, error, busy);
    this.#publish({ session, error, busy, msal: this.#connection?.msal ?? null });
    const isOver = this.django && !account && before.status !== "signed-out";
    if (isOver) this.ready().catch(() => {}); // the next click must find MSAL loaded
  }

  #shown(before: Session, account: Account | null, error: EntranceError | null, busy: boolean): Session {
    if (!account) return busy ? SIGNING_IN : signedOut(before, error, this.#dismiss);
    const { via, roles = [], groups = [] } = this.django ?? {};
    return signedIn(before, { account, ...(via && { via }), roles, groups });
  }

  readonly #dismiss = (): void => this.#refresh(null);

  /** Returns undefined before it is known who is signed in. */
  #account(): Account | null | undefined {
    if (this.django) return this.#isKnown ? this.django.account : undefined;
    const active = this.#connection?.msal.getActiveAccount();
    return active ? toAccount(active) : this.#connection && null;
  }

  #publish(change: Partial<Snapshot>): void {
    this.#snapshot = { ...this.#snapshot, ...change };
    for (const listener of this.#listeners) listener();
  }
}
