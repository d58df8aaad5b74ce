/** The page's session as a small state machine, outside React. */

import type { Account, Person } from "./account.js";
import { isBrowser, refuseOnServer } from "./browser.js";
import { Cancellation } from "./cancellation.js";
import { Clicks } from "./clicks.js";
import { type CheckedConfig, type ConfigSource, readConfig } from "./config/config.js";
import { ownAddress } from "./config/ownAddress.js";
import { DjangoSession } from "./django/djangoSession.js";
import { type EntranceError, toError } from "./errors.js";
import type { Renewal as TokenRenewal } from "./microsoft/accessToken.js";
import type { Confirmation } from "./microsoft/confirmation.js";
import type { CreateMsal, Microsoft } from "./microsoft/microsoft.js";
import { loadMicrosoft } from "./msal.js";
import { OwnDoor } from "./own/ownLogin.js";
import { Published } from "./published.js";
import type { InteractionMode } from "./requests/call.js";
import { sessionOf } from "./sessionOf.js";
import { SignInListeners, type SignInResult } from "./signInResult.js";
import { endSession } from "./signingOut.js";
import {
  type Session,
  type SignedInPerson,
  type SignInOptions,
  type SignOutOptions,
  type Snapshot,
  STARTING,
} from "./snapshot.js";
import { hasTokens, mayKnowPerson } from "./stored/cachedTokens.js";
import { recall } from "./stored/underWay.js";
import { Healing } from "./waiting/healing.js";
import { whenIdle } from "./waiting/whenIdle.js";
import { whoIsSignedIn } from "./who.js";

export class SessionStore {
  readonly #source: ConfigSource;
  readonly #createMsal: CreateMsal | undefined;
  readonly #published = new Published<Snapshot>(STARTING);
  readonly #healing = new Healing(() => this.#again());
  readonly #clicks = new Clicks(this);
  /** What ends by `cancel` and by a sign-out. */
  readonly cancellation: Cancellation = new Cancellation();
  /** The own login, if there is one. */
  readonly own: OwnDoor = new OwnDoor(() => this.show());
  /** The Django session, if it is the page's session. */
  readonly django: DjangoSession | null;
  /** Told of every sign-in that ends on this page. */
  readonly signInListeners: SignInListeners = new SignInListeners();
  /** Leads to another page. */
  readonly goTo: (address: string) => void;
  /** null while MSAL is not loaded. */
  microsoft: Microsoft | null = null;
  #isKnown = false;
  /** What shows while it is not known who is signed in. */
  #unknown: Session = STARTING.session;
  #opening: Promise<void> | null = null;
  #config: Promise<CheckedConfig> | null = null;
  #starting: Promise<Microsoft> | null = null;

  /** Tests bring an MSAL of their own. */
  constructor(source: ConfigSource, create?: CreateMsal, goTo = (address: string): void => location.assign(address)) {
    this.#source = source;
    this.#createMsal = create;
    this.goTo = goTo;
    const url = (): string => this.entranceUrl("session/");
    this.django = source.session === "django" ? new DjangoSession(url, () => this.show()) : null;
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

  /** Whether Microsoft wants to see the person again. null while MSAL is not loaded: then it does not. */
  get confirmation(): Confirmation | null {
    return this.microsoft?.confirmation ?? null;
  }

  /** Starts the session, once. The snapshot shows the outcome. */
  readonly start = (): void => {
    this.opened().catch(() => {});
  };

  /** Resolves when the session is known: without MSAL, unless Microsoft may know the person, or a sign-in is to be finished. */
  opened(): Promise<void> {
    this.#opening ??= this.#open();
    return this.#opening;
  }

  async #open(): Promise<void> {
    refuseOnServer();
    this.own.listen();
    if (this.django) await this.#openDjango(this.django);
    else if (recall() !== null || (this.own.account === null && mayKnowPerson())) await this.ready();
    else await this.#openWithoutMicrosoft();
  }

  /** Microsoft knows no one here. What is wrong with the configuration shows before a click. */
  async #openWithoutMicrosoft(): Promise<void> {
    try {
      if (this.own.account === null) await this.config();
      this.#healing.healed();
      this.known(this.error);
      addEventListener("storage", this.#follow);
    } catch (error) {
      throw this.#failed(error);
    }
  }

  /** Another tab may sign in with Microsoft before MSAL is loaded here. */
  readonly #follow = (): void => {
    if (hasTokens()) this.prepare();
  };

  async #openDjango(django: DjangoSession): Promise<void> {
    try {
      await django.look();
      this.#healing.healed();
      const isUnderWay = recall() !== null;
      if (isUnderWay) await this.ready().catch(() => {});
      this.known(this.error);
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

  /** Loads and starts MSAL, once. Rejects with the EntranceError of a failed start. */
  ready(): Promise<Microsoft> {
    this.#starting ??= this.#startMicrosoft();
    return this.#starting;
  }

  async #startMicrosoft(): Promise<Microsoft> {
    refuseOnServer();
    try {
      const [config, { Microsoft }] = await Promise.all([this.config(), loadMicrosoft()]);
      this.microsoft = await Microsoft.start(config, this, this.#createMsal);
      await this.microsoft.resume();
      this.#healing.healed();
      return this.microsoft;
    } catch (error) {
      if (!this.django && !this.#isKnown) throw this.#failed(error);
      this.#starting = null; // the next click tries again
      const reason = toError(error);
      this.#healing.failed(reason);
      this.known(reason);
      throw reason;
    }
  }

  /** Loads MSAL for a click that may come: the browser lets a click open a window for a short time only. */
  readonly prepare = (): void => {
    if (this.#isKnown && !this.microsoft) this.ready().catch(() => {});
  };

  /** Opens the sign-in window, or brings the open one to the front and shares its result. */
  readonly signIn = (options: SignInOptions = {}): Promise<SignInResult> => this.#clicks.signIn(options);

  /** Shows the person to Microsoft, which demanded it. Requests that wait for that go on. */
  readonly confirm = (): Promise<SignInResult> => this.#clicks.confirm();

  /** Asks Microsoft who the person is, without a session of that person. */
  askMicrosoft(options: SignInOptions): Promise<SignInResult> {
    return this.#clicks.askMicrosoft(options);
  }

  /** Cancels every sign-in in progress. A response that still arrives is ignored. */
  readonly cancel = (): void => this.#clicks.cancel();

  /** Reads the Django session again, after an own login of the site, for example. Never rejects. */
  readonly refresh = async (): Promise<void> => {
    await this.django?.look().catch(() => {});
  };

  /** Signs out in all tabs. Never rejects. */
  readonly signOut = async ({ everywhere = false, returnTo }: SignOutOptions = {}): Promise<void> => {
    try {
      const back = returnTo === undefined ? null : ownAddress(returnTo);
      this.#clicks.end();
      this.microsoft?.dropPerson();
      await endSession(this, everywhere, back);
    } catch (error) {
      this.show(toError(error));
    } finally {
      this.cancellation.fresh(); // another tab may sign in
    }
  };

  /** Asks Microsoft again and starts the Django session anew, without the person. */
  async renew(claims?: string, reason?: string | null): Promise<void> {
    const { renewal } = await this.ready();
    await renewal?.renew(claims, reason);
  }

  /** Returns an access token of the person, without the person. */
  async token(renewal: TokenRenewal = {}, person?: Person): Promise<string> {
    return (await this.ready()).token(renewal, person);
  }

  /** Resolves when Microsoft has seen the person, for a request that failed with `error`. Rejects with it otherwise. */
  seen(error: unknown): Promise<void> {
    return this.confirmation?.seen(error) ?? Promise.reject(error);
  }

  #failed(error: unknown): EntranceError {
    const reason = toError(error);
    this.#unknown = { status: "failed", error: reason, retry: this.#retry };
    if (!this.own.account) this.#published.change({ session: this.#unknown }); // an own login needs none of this
    this.#healing.failed(reason);
    return reason;
  }

  readonly #retry = (): void => {
    this.#unknown = STARTING.session;
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
  known(error: EntranceError | null): void {
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
    if (!isBrowser()) return undefined; // one store serves all visitors
    const { own, django, microsoft } = this;
    return whoIsSignedIn({ own, django, msal: microsoft?.msal ?? null }, this.#isKnown);
  }

  /** Shows what is known now. */
  show(error: EntranceError | null = this.error, busy: boolean = this.getSnapshot().busy): void {
    const person = this.#person();
    if (person === undefined) {
      this.#published.change({ session: this.#unknown, busy });
      return;
    }
    this.confirmation?.check(person?.account ?? null);
    const before = this.getSnapshot().session;
    const facts = { person, error, busy, demand: this.confirmation?.error ?? null };
    const session = sessionOf(before, { ...facts, confirm: this.confirm, dismiss: this.#dismiss });
    this.#published.change({ session, error, busy, msal: this.microsoft?.msal ?? null });
    const isOver = !person && before.status !== "signed-out";
    if (isOver) whenIdle(this.prepare);
  }

  readonly #dismiss = (): void => this.show(null);
}
