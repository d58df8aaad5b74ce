/** The page's session as a small state machine: starting, failed, signed-out, signed-in. */
import { type AuthenticationResult, EventType, type IPublicClientApplication } from "@azure/msal-browser";
import { AccessTokens } from "./accessToken.js";
import { type Account, sameAccount, toAccount } from "./account.js";
import { type CheckedConfig, type ConfigSource, readConfig } from "./config.js";
import type { EntranceError, EntranceErrorCode } from "./errors.js";
import { type Interaction, type InteractionRequest, interact, leavePage } from "./interaction.js";
import { createMsal } from "./msal.js";
import { fromMsal } from "./msalErrors.js";
import { stripSignOutState } from "./signOutState.js";

/** Where the page's session stands. `error` of a signed-out session says why the last sign-in did not succeed. */
export type Session =
  | { readonly status: "starting" }
  | { readonly status: "failed"; readonly error: EntranceError; retry(): void }
  | { readonly status: "signed-out"; readonly error: EntranceError | null }
  | { readonly status: "signed-in"; readonly account: Account };

/** How a sign-in ended. */
export type SignInResult =
  | { readonly ok: true; readonly account: Account }
  | { readonly ok: false; readonly error: EntranceError };

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

/** Another tab's event may come before its accounts are decrypted here. */
const LOOK_AGAIN_MS = 300;

export class SessionStore {
  readonly #source: ConfigSource;
  readonly #createMsal: (config: CheckedConfig) => IPublicClientApplication;
  readonly #listeners = new Set<() => void>();
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
  readonly signIn = async (options: SignInOptions = {}): Promise<SignInResult> => {
    try {
      const connection = this.#connection ?? (await this.ready());
      const choice = WRONG_ACCOUNT.has(this.#snapshot.error?.code) ? { prompt: "select_account" } : {};
      const request = { scopes: [...connection.config.scopes], ...choice, ...options };
      const answer = await this.#interact(connection, request);
      return { ok: true, account: toAccount(answer.account) };
    } catch (error) {
      return { ok: false, error: fromMsal(error) };
    }
  };

  /** Signs out here, in the other tabs and at Microsoft; the page leaves. */
  readonly signOut = async (): Promise<void> => {
    this.cancel();
    try {
      const { msal } = await this.ready();
      await leavePage(msal, () => msal.logoutRedirect({ account: msal.getActiveAccount() }));
    } catch (error) {
      this.#refresh(fromMsal(error));
    }
  };

  /** Gives up the sign-in that is under way, if there is one. */
  readonly cancel = (): void => this.#interaction?.cancel();

  async #connect(): Promise<Connection> {
    try {
      const config = await readConfig(this.#source);
      const msal = this.#createMsal(config);
      await msal.initialize();
      const tokens = new AccessTokens(msal, config.scopes, (request) => this.#interact(connection, request));
      const connection: Connection = { msal, config, tokens };
      this.#connection = connection;
      msal.addEventCallback(this.#accountsChanged, ACCOUNT_EVENTS);
      this.#refresh(await finishRedirect(msal));
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

  async #interact(connection: Connection, request: InteractionRequest): Promise<AuthenticationResult> {
    if (this.#interaction?.bringToFront()) return this.#interaction.result;
    const interaction = interact(connection.msal, request);
    this.#interaction = interaction;
    this.#publish({ busy: true });
    this.#refresh(null);
    return interaction.result
      .catch((error: EntranceError) => {
        if (this.#interaction === interaction) this.#refresh(error);
        throw error;
      })
      .finally(() => this.#interactionEnded(interaction));
  }

  #interactionEnded(interaction: Interaction): void {
    if (this.#interaction !== interaction) return;
    this.#interaction = null;
    this.#publish({ busy: false });
  }

  readonly #accountsChanged = (): void => {
    this.#refresh();
    setTimeout(() => this.#refresh(), LOOK_AGAIN_MS);
  };

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

/** Ends a sign-in or sign-out that came back by redirect; what was refused comes back as a value. */
async function finishRedirect(msal: IPublicClientApplication): Promise<EntranceError | null> {
  try {
    const answer = await msal.handleRedirectPromise();
    if (answer) msal.setActiveAccount(answer.account);
    stripSignOutState();
    return null;
  } catch (error) {
    return fromMsal(error);
  }
}
