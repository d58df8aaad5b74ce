/** The page's session as a small state machine: starting, failed, signed-out, signed-in. */
import type { AuthenticationResult, IPublicClientApplication } from "@azure/msal-browser";
import { AccessTokens } from "./accessToken.js";
import { type Account, sameAccount, toAccount } from "./account.js";
import { removeOtherAccounts } from "./cachedAccounts.js";
import { type CheckedConfig, type ConfigSource, readConfig } from "./config.js";
import { EntranceError, type EntranceErrorCode } from "./errors.js";
import { activate, type Interaction, type InteractionRequest, interact, leavePage } from "./interaction.js";
import { ACCOUNT_EVENTS, createMsal } from "./msal.js";
import { fromMsal } from "./msalErrors.js";
import { finishRedirect, type Returned } from "./redirect.js";
import { accepted, type Conversation, refused, SignInListeners, type SignInResult } from "./signInResult.js";
import { awaitOrphan, beginInWindow, forget, recall } from "./underWay.js";

/** State of the page's session. `error` of a signed-out session says why the last sign-in failed. */
export type Session =
  | { readonly status: "starting" }
  | { readonly status: "failed"; readonly error: EntranceError; retry(): void }
  | { readonly status: "signed-out"; readonly error: EntranceError | null }
  | { readonly status: "signed-in"; readonly account: Account };

/** Options of a sign-in. */
export interface SignInOptions {
  /** User name to suggest, such as `ada@contoso.example`. */
  readonly loginHint?: string;
  /** `select_account` shows the account picker, `login` asks for the password again. */
  readonly prompt?: "select_account" | "login";
}

/** Everything that views show. Each change makes a new object. */
export interface Snapshot {
  readonly session: Session;
  /** Whether a sign-in window is open, or the page is about to redirect. */
  readonly busy: boolean;
  /** Why the last sign-in or sign-out failed. */
  readonly error: EntranceError | null;
  readonly msal: IPublicClientApplication | null;
}

/** Parts of a started session. */
export interface Connection {
  readonly msal: IPublicClientApplication;
  readonly config: CheckedConfig;
  readonly tokens: AccessTokens;
}

export const STARTING: Snapshot = { session: { status: "starting" }, busy: false, error: null, msal: null };

/** After these errors the next sign-in shows the account picker: the person may have used the wrong account. */
const WRONG_ACCOUNT: ReadonlySet<EntranceErrorCode | undefined> = new Set([
  "not_assigned",
  "access_denied",
  "consent_required",
  "popup_closed", // the only way out of Microsoft's error pages
]);

export class SessionStore {
  readonly #source: ConfigSource;
  readonly #createMsal: (config: CheckedConfig) => IPublicClientApplication;
  readonly #listeners = new Set<() => void>();
  /** Called for every sign-in that ends on this page. */
  readonly signInListeners: SignInListeners = new SignInListeners();
  #stopWaiting: () => void = () => {};
  #snapshot: Snapshot = STARTING;
  #starting: Promise<Connection> | null = null;
  #connection: Connection | null = null;
  #conversation: Conversation | null = null;
  #giveUp = new AbortController();

  constructor(source: ConfigSource, create: (config: CheckedConfig) => IPublicClientApplication = createMsal) {
    this.#source = source;
    this.#createMsal = create;
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

  /** Starts the session, once. The snapshot shows the outcome. */
  readonly start = (): void => {
    this.ready().catch(() => {});
  };

  /** Starts the session, once, and returns its parts. Rejects with the EntranceError of a failed start. */
  ready(): Promise<Connection> {
    this.#starting ??= this.#connect();
    return this.#starting;
  }

  /** Opens the sign-in window, or brings the open one to the front and shares its result. */
  readonly signIn = (options: SignInOptions = {}): Promise<SignInResult> => this.#signIn(options, true);

  async #signIn(
    options: Pick<InteractionRequest, "correlationId"> & SignInOptions,
    asked: boolean,
  ): Promise<SignInResult> {
    if (this.#giveUp.signal.aborted) this.#giveUp = new AbortController(); // after a sign-out
    const { signal } = this.#giveUp;
    try {
      const connection = this.#connection ?? (await this.ready());
      const choice = WRONG_ACCOUNT.has(this.#snapshot.error?.code) ? { prompt: "select_account" } : {};
      const request = { scopes: [...connection.config.scopes], ...choice, ...options };
      const answer = await this.#interact(connection, request, signal, asked);
      return accepted(answer);
    } catch (error) {
      return refused(fromMsal(error));
    }
  }

  /** Signs out in all tabs and at Microsoft. The page leaves. */
  readonly signOut = async (): Promise<void> => {
    this.cancel();
    this.#giveUp.abort(new EntranceError("not_signed_in")); // no token request may open a window from here on
    try {
      const { msal } = await this.ready();
      await removeOtherAccounts(msal);
      await leavePage(msal, () => msal.logoutRedirect({ account: msal.getActiveAccount() }));
    } catch (error) {
      this.#giveUp = new AbortController();
      this.#refresh(fromMsal(error));
    }
  };

  /** Cancels every sign-in in progress. A response that still arrives is ignored. */
  readonly cancel = (): void => {
    this.#dropOrphan();
    this.#giveUp.abort(new EntranceError("sign_in_cancelled"));
    this.#giveUp = new AbortController();
  };

  async #connect(): Promise<Connection> {
    try {
      const config = await readConfig(this.#source);
      const msal = this.#createMsal(config);
      await msal.initialize();
      const tokens = new AccessTokens(msal, config.scopes, (request) =>
        this.#interact(connection, request, this.#giveUp.signal),
      );
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

  /** Resumes a sign-in after a redirect to Microsoft, or after a reload beside an open window. */
  #goOn(msal: IPublicClientApplication, { answer, error }: Returned): void {
    const attempt = recall();
    const lost = attempt === "" && !answer && !error ? new EntranceError("interrupted") : null;
    const reason = error ?? lost;
    const another = answer !== null && activate(msal, answer);
    this.#refresh(reason);
    if (attempt) this.#stopWaiting = awaitOrphan(attempt, () => void this.#signIn({ correlationId: attempt }, false));
    else forget();
    const signIn = attempt === "";
    if (answer && (signIn || another)) this.signInListeners.tell(accepted(answer), !signIn);
    else if (reason && signIn) this.signInListeners.tell(refused(reason), false);
  }

  #dropOrphan(): void {
    this.#stopWaiting();
    forget();
  }

  /** `asked` is null if the interaction is for a token of the signed-in person, not for a sign-in. */
  async #interact(
    connection: Connection,
    request: InteractionRequest,
    signal: AbortSignal,
    asked: boolean | null = null,
  ): Promise<AuthenticationResult> {
    const open = this.#conversation;
    if (open?.interaction?.bringToFront()) {
      if (asked) Object.assign(open, { signIn: true, awaited: true });
      return open.interaction.result;
    }
    const begun: Conversation = { signal, signIn: asked !== null, awaited: asked !== false };
    this.#conversation = begun;
    try {
      begun.interaction = this.#begin(connection.msal, request, begun);
      return await begun.interaction.result;
    } catch (error) {
      const reason = fromMsal(error);
      if (this.#conversation === begun) this.#refresh(reason);
      if (begun.signIn) this.signInListeners.tell(refused(reason), begun.awaited);
      throw reason;
    } finally {
      if (this.#conversation === begun) this.#ended();
    }
  }

  #begin(msal: IPublicClientApplication, request: InteractionRequest, begun: Conversation): Interaction {
    this.#dropOrphan();
    const attempt = crypto.randomUUID();
    if (begun.signIn) beginInWindow(attempt);
    const interaction = interact(msal, request, begun.signal, attempt, (answer, another) => {
      this.#refresh(null);
      const awaited = begun.awaited && this.#conversation === begun;
      if (begun.signIn || another) this.signInListeners.tell(accepted(answer), awaited);
    });
    this.#publish({ busy: true });
    this.#refresh(null);
    return interaction;
  }

  #ended(): void {
    this.#conversation = null;
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
