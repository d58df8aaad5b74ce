/** The page's session as a small state machine: starting, failed, signed-out, signed-in. */
import { type AuthenticationResult, EventType, type IPublicClientApplication } from "@azure/msal-browser";
import { AccessTokens } from "./accessToken.js";
import { type Account, sameAccount, toAccount } from "./account.js";
import { removeOtherAccounts } from "./cachedAccounts.js";
import { type CheckedConfig, type ConfigSource, readConfig } from "./config.js";
import { EntranceError, type EntranceErrorCode } from "./errors.js";
import { type Interaction, type InteractionRequest, interact, leavePage } from "./interaction.js";
import { createMsal } from "./msal.js";
import { fromMsal } from "./msalErrors.js";
import { finishRedirect, type Returned } from "./redirect.js";
import { accepted, refused, SignInListeners, type SignInResult } from "./signInResult.js";
import { awaitOrphan, beginInWindow, forget, recall } from "./underWay.js";

/** Where the page's session stands. `error` of a signed-out session says why the last sign-in did not succeed. */
export type Session =
  | { readonly status: "starting" }
  | { readonly status: "failed"; readonly error: EntranceError; retry(): void }
  | { readonly status: "signed-out"; readonly error: EntranceError | null }
  | { readonly status: "signed-in"; readonly account: Account };

/** What a caller may ask of a sign-in. */
export interface SignInOptions {
  /** User name to start with, such as `ada@contoso.example`. */
  readonly loginHint?: string;
  /** `select_account` offers the choice of accounts, `login` asks for the password again. */
  readonly prompt?: "select_account" | "login";
}

/** Everything a view needs; a new object whenever something changed. */
export interface Snapshot {
  readonly session: Session;
  /** A sign-in window is open, or the page is about to leave for one. */
  readonly busy: boolean;
  /** Why the last sign-in or sign-out did not succeed. */
  readonly error: EntranceError | null;
  readonly msal: IPublicClientApplication | null;
}

/** What a started session works with. */
export interface Connection {
  readonly msal: IPublicClientApplication;
  readonly config: CheckedConfig;
  readonly tokens: AccessTokens;
}

export const STARTING: Snapshot = { session: { status: "starting" }, busy: false, error: null, msal: null };

const ACCOUNT_EVENTS = [EventType.LOGIN_SUCCESS, EventType.LOGOUT_SUCCESS, EventType.ACTIVE_ACCOUNT_CHANGED];

/** After these the person may be stuck with the wrong account, so the next sign-in offers the choice. */
const WRONG_ACCOUNT: ReadonlySet<EntranceErrorCode | undefined> = new Set([
  "not_assigned",
  "access_denied",
  "consent_required",
  "popup_closed", // Microsoft's own error pages can only be closed
]);

export class SessionStore {
  readonly #source: ConfigSource;
  readonly #createMsal: (config: CheckedConfig) => IPublicClientApplication;
  readonly #listeners = new Set<() => void>();
  /** Hears of every sign-in that ends on this page. */
  readonly signInListeners: SignInListeners = new SignInListeners();
  #stopWaiting: () => void = () => {};
  #snapshot: Snapshot = STARTING;
  #starting: Promise<Connection> | null = null;
  #connection: Connection | null = null;
  #interaction: Interaction | null = null;

  constructor(source: ConfigSource, create: (config: CheckedConfig) => IPublicClientApplication = createMsal) {
    this.#source = source;
    this.#createMsal = create;
  }

  readonly getSnapshot = (): Snapshot => this.#snapshot;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Starts the session unless it was started; the outcome shows in the snapshot. */
  readonly start = (): void => {
    this.ready().catch(() => {});
  };

  /** The started session. Rejects with the EntranceError of a failed start. */
  ready(): Promise<Connection> {
    this.#starting ??= this.#connect();
    return this.#starting;
  }

  /** Signs in with a window opened at once, or brings the open one to the front and shares its result. */
  readonly signIn = (options: SignInOptions = {}): Promise<SignInResult> => this.#signIn(options, true);

  async #signIn(
    options: Pick<InteractionRequest, "correlationId"> & SignInOptions,
    asked: boolean,
  ): Promise<SignInResult> {
    try {
      const connection = this.#connection ?? (await this.ready());
      const choice = WRONG_ACCOUNT.has(this.#snapshot.error?.code) ? { prompt: "select_account" } : {};
      const request = { scopes: [...connection.config.scopes], ...choice, ...options };
      const answer = await this.#interact(connection, request, asked);
      return accepted(answer);
    } catch (error) {
      return refused(fromMsal(error));
    }
  }

  /** Signs out here, in the other tabs and at Microsoft; the page leaves. */
  readonly signOut = async (): Promise<void> => {
    this.cancel();
    try {
      const { msal } = await this.ready();
      await removeOtherAccounts(msal);
      await leavePage(msal, () => msal.logoutRedirect({ account: msal.getActiveAccount() }));
    } catch (error) {
      this.#refresh(fromMsal(error));
    }
  };

  /** Gives up the sign-in that is under way, if there is one. */
  readonly cancel = (): void => {
    this.#dropOrphan();
    this.#interaction?.cancel();
  };

  async #connect(): Promise<Connection> {
    try {
      const config = await readConfig(this.#source);
      const msal = this.#createMsal(config);
      await msal.initialize();
      const tokens = new AccessTokens(msal, config.scopes, (request) => this.#interact(connection, request));
      const connection: Connection = { msal, config, tokens };
      this.#connection = connection;
      msal.addEventCallback(() => this.#refresh(), ACCOUNT_EVENTS);
      this.#goOn(msal, await finishRedirect(msal));
      return connection;
    } catch (error) {
      const reason = fromMsal(error);
      this.#publish({ session: { status: "failed", error: reason, retry: this.#retry } });
      throw reason;
    }
  }

  readonly #retry = (): void => {
    this.#starting = null;
    this.#publish(STARTING);
    this.start();
  };

  /** Goes on where the page was when it was left: by a redirect to Microsoft, or by a reload beside an open window. */
  #goOn(msal: IPublicClientApplication, { answer, error }: Returned): void {
    const attempt = recall();
    const lost = attempt === "" && !answer && !error ? new EntranceError("interrupted") : null;
    const reason = error ?? lost;
    if (answer) msal.setActiveAccount(answer.account);
    this.#refresh(reason);
    if (attempt) this.#stopWaiting = awaitOrphan(attempt, () => void this.#signIn({ correlationId: attempt }, false));
    else forget();
    if (attempt !== "") return;
    if (answer) this.signInListeners.tell(accepted(answer), false);
    else if (reason) this.signInListeners.tell(refused(reason), false);
  }

  #dropOrphan(): void {
    this.#stopWaiting();
    forget();
  }

  /** `asked` is null when the person is asked for a token only, as somebody who is signed in already. */
  async #interact(
    connection: Connection,
    request: InteractionRequest,
    asked: boolean | null = null,
  ): Promise<AuthenticationResult> {
    if (this.#interaction?.bringToFront()) return this.#interaction.result;
    this.#dropOrphan();
    const attempt = crypto.randomUUID();
    const tell = (result: SignInResult, waited: boolean): void => {
      if (asked !== null) this.signInListeners.tell(result, asked && waited);
    };
    if (asked !== null) beginInWindow(attempt);
    const interaction: Interaction = interact(connection.msal, request, attempt, (answer) => {
      this.#refresh(null);
      tell(accepted(answer), this.#interaction === interaction);
    });
    this.#interaction = interaction;
    this.#publish({ busy: true });
    this.#refresh(null);
    return interaction.result
      .catch((error: EntranceError) => {
        if (this.#interaction === interaction) this.#refresh(error);
        tell(refused(error), true);
        throw error;
      })
      .finally(() => this.#interactionEnded(interaction));
  }

  #interactionEnded(interaction: Interaction): void {
    if (this.#interaction !== interaction) return;
    this.#interaction = null;
    forget();
    this.#publish({ busy: false });
  }

  #refresh(error: EntranceError | null = this.#snapshot.error): void {
    const active = this.#connection?.msal.getActiveAccount();
    if (!this.#connection) return;
    const session = active ? this.#signedIn(toAccount(active)) : this.#signedOut(error);
    this.#publish({ session, error, msal: this.#connection.msal });
  }

  #signedIn(account: Account): Session {
    const { session } = this.#snapshot;
    const unchanged = session.status === "signed-in" && sameAccount(session.account, account);
    return unchanged ? session : { status: "signed-in", account };
  }

  #signedOut(error: EntranceError | null): Session {
    const { session } = this.#snapshot;
    return session.status === "signed-out" && session.error === error ? session : { status: "signed-out", error };
  }

  #publish(change: Partial<Snapshot>): void {
    this.#snapshot = { ...this.#snapshot, ...change };
    for (const listener of this.#listeners) listener();
  }
}
