/** The page's session as a small state machine, outside React. */
import type { IPublicClientApplication } from "@azure/msal-browser";
import type { Renewal as TokenRenewal } from "./accessToken.js";
import type { Account, Person } from "./account.js";
import type { InteractionMode } from "./call.js";
import { withReason } from "./challenge.js";
import { type CheckedConfig, type ConfigSource, readConfig } from "./config.js";
import { Confirmation } from "./confirmation.js";
import { connect } from "./connect.js";
import type { Connection } from "./conversations.js";
import { DjangoSession } from "./djangoSession.js";
import { EntranceError } from "./errors.js";
import { Healing } from "./healing.js";
import { createMsal } from "./msal.js";
import { fromMsal } from "./msalErrors.js";
import { OwnDoor } from "./ownLogin.js";
import { Published } from "./published.js";
import { finishRedirect } from "./redirect.js";
import { Renewal } from "./renewal.js";
import { resume } from "./resuming.js";
import { ownAddress } from "./returnTo.js";
import { sessionOf } from "./sessionOf.js";
import type { SignInListeners, SignInResult } from "./signInResult.js";
import { SignIns } from "./signIns.js";
import { endSession } from "./signingOut.js";
import { type SignedInPerson, type SignInOptions, type SignOutOptions, type Snapshot, STARTING } from "./snapshot.js";
import { recall } from "./underWay.js";
import { whoIsSignedIn } from "./who.js";

type CreateMsal = (config: CheckedConfig) => IPublicClientApplication | Promise<IPublicClientApplication>;

export class SessionStore {
  readonly #source: ConfigSource;
  readonly #createMsal: CreateMsal;
  readonly #goTo: (address: string) => void;
  readonly #published = new Published<Snapshot>(STARTING);
  readonly #healing = new Healing(() => this.#again());
  readonly #signIns: SignIns;
  /** Whether Microsoft wants to see the person again. */
  readonly confirmation: Confirmation = new Confirmation(() => this.show(null));
  /** The own login, if there is one. */
  readonly own: OwnDoor = new OwnDoor(() => this.show());
  /** The Django session, if it is the page's session. */
  readonly django: DjangoSession | null;
  readonly renewal: Renewal | null;
  /** Called for every sign-in that ends on this page. */
  readonly signInListeners: SignInListeners;
  /** null while MSAL is not loaded. */
  connection: Connection | null = null;
  #isKnown = false;
  #opening: Promise<void> | null = null;
  #config: Promise<CheckedConfig> | null = null;
  #starting: Promise<Connection> | null = null;

  constructor(
    source: ConfigSource,
    create: CreateMsal = createMsal,
    goTo = (address: string): void => location.assign(address),
  ) {
    this.#source = source;
    this.#createMsal = create;
    this.#goTo = goTo;
    const url = (): string => this.entranceUrl("session/");
    this.django = source.session === "django" ? new DjangoSession(url, () => this.show()) : null;
    this.renewal = this.django && new Renewal(this.django, this, (reason) => this.show(reason));
    this.#signIns = new SignIns(this);
    this.signInListeners = this.#signIns.conversations.listeners;
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
    return this.#signIns.conversations.signal;
  }

  /** Starts the session, once. The snapshot shows the outcome. */
  readonly start = (): void => {
    this.opened().catch(() => {});
  };

  /** Resolves when the session is known: without MSAL, unless Microsoft has to say it, or a sign-in to be finished. */
  opened(): Promise<void> {
    this.#opening ??= this.#open();
    return this.#opening;
  }

  async #open(): Promise<void> {
    this.own.listen();
    const needsNothing = this.own.account !== null && !this.django && recall() === null;
    if (needsNothing) this.#known(null);
    else await (this.django ? this.#openDjango(this.django) : this.ready());
  }

  async #openDjango(django: DjangoSession): Promise<void> {
    try {
      await django.look();
      this.#healing.healed();
      const isUnderWay = recall() !== null;
      if (isUnderWay) await this.ready().catch(() => {});
      this.#known(this.error);
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

  /** Loads and starts MSAL, once, and returns the parts. Rejects with the EntranceError of a failed start. */
  ready(): Promise<Connection> {
    this.#starting ??= this.#connect();
    return this.#starting;
  }

  async #connect(): Promise<Connection> {
    try {
      const config = await this.config();
      this.connection = await connect(config, await this.#createMsal(config), this);
      await this.#resume(this.connection);
      this.#healing.healed();
      return this.connection;
    } catch (error) {
      if (!this.django && !this.#isKnown) throw this.#failed(error);
      this.#starting = null; // the next click tries again
      const reason = fromMsal(error);
      this.#healing.failed(reason);
      this.#known(reason);
      throw reason;
    }
  }

  async #resume(connection: Connection): Promise<void> {
    const signIns = this.#signIns;
    const returned = await finishRedirect(connection.msal, this.#goTo);
    const known = (error: EntranceError | null): void => this.#known(error);
    const hasDjango = this.django !== null;
    signIns.returned = await resume({ signIns, hasDjango, signal: this.signal, known }, connection, returned);
  }

  /** Opens the sign-in window, or brings the open one to the front and shares its result. */
  readonly signIn = (options: SignInOptions = {}): Promise<SignInResult> => this.#signIns.signIn(options);

  /** Shows the person to Microsoft, which demanded it. Requests that wait for that go on. */
  readonly confirm = (): Promise<SignInResult> => this.#signIns.confirm();

  /** Asks Microsoft who the person is, without a session of that person. */
  askMicrosoft(options: SignInOptions): Promise<SignInResult> {
    return this.#signIns.askMicrosoft(options);
  }

  /** Cancels every sign-in in progress. A response that still arrives is ignored. */
  readonly cancel = (): void => this.#signIns.conversations.cancel();

  /** Reads the Django session again, after an own login of the site, for example. Never rejects. */
  readonly refresh = async (): Promise<void> => {
    await this.django?.look().catch(() => {});
  };

  /** Signs out in all tabs. Never rejects. */
  readonly signOut = async ({ everywhere = false, returnTo }: SignOutOptions = {}): Promise<void> => {
    const { conversations } = this.#signIns;
    try {
      const back = returnTo === undefined ? null : ownAddress(returnTo);
      conversations.end(); // no window may open from here on
      this.confirmation.drop(new EntranceError("not_signed_in"));
      const { own, django } = this;
      await endSession({ own, django, ready: () => this.ready(), goTo: this.#goTo }, everywhere, back);
    } catch (error) {
      conversations.freshSignal();
      this.show(fromMsal(error));
    }
  };

  /** Asks Microsoft again and starts the Django session anew, without the person. */
  async renew(claims?: string, reason?: string | null): Promise<void> {
    await this.renewal?.renew(claims, reason);
  }

  /** Returns an access token of the person, without the person. */
  async token(renewal: TokenRenewal = {}, known?: Person): Promise<string> {
    const { tokens } = await this.ready();
    const person = known ?? tokens.person();
    const what = JSON.stringify([renewal.claims, renewal.scopes]);
    const work = (): Promise<string> =>
      tokens.get(renewal, person).catch((error) => {
        throw withReason(error, renewal.reason);
      });
    return this.confirmation.attempt({ person, what, work });
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

  /** Tries again what failed: the start of the session, or the loading of MSAL beside another session. */
  #again(): void {
    this.#healing.stop();
    const isKnown = this.#isKnown;
    if (!isKnown) this.#starting = this.#opening = null;
    (isKnown ? this.ready() : this.opened()).catch(() => {});
  }

  /** From here on it is known who is signed in; a sign-in of an earlier page load has ended. */
  #known(error: EntranceError | null): void {
    this.#isKnown = true;
    this.show(error);
  }

  /** Why the last sign-in or sign-out failed. */
  get error(): EntranceError | null {
    return this.getSnapshot().error;
  }

  /** The signed-in account, or null. */
  get account(): Account | null {
    return this.#person()?.account ?? null;
  }

  /** Returns undefined before it is known who is signed in. */
  #person(): SignedInPerson | null | undefined {
    const { own, django, connection } = this;
    return whoIsSignedIn({ own, django, msal: connection?.msal ?? null }, this.#isKnown);
  }

  readonly onAccountEvent = (): void => {
    this.show();
    if (!this.getSnapshot().busy) this.confirmation.again();
  };

  /** Shows what is known now. */
  show(error: EntranceError | null = this.error, busy: boolean = this.getSnapshot().busy): void {
    const person = this.#person();
    if (person === undefined) {
      if (busy !== this.getSnapshot().busy) this.#published.change({ busy });
      return;
    }
    this.confirmation.check(person?.account ?? null);
    const before = this.getSnapshot().session;
    const facts = { person, error, busy, demand: this.confirmation.error };
    const session = sessionOf(before, { ...facts, confirm: this.confirm, dismiss: this.#dismiss });
    this.#published.change({ session, error, busy, msal: this.connection?.msal ?? null });
    const isOver = !person && before.status !== "signed-out";
    if (isOver) this.ready().catch(() => {}); // the next click must find MSAL loaded
  }

  readonly #dismiss = (): void => this.show(null);
}
