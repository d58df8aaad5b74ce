/** The page's session, outside React: starts it, and does what a person asks of it. */

import type { Person } from "./account.js";
import { refuseOnServer } from "./browser.js";
import { Cancellation } from "./cancellation.js";
import type { Clicks } from "./clicks.js";
import { type CheckedConfig, type ConfigSource, readConfig } from "./config/config.js";
import { type EntranceError, toError } from "./errors.js";
import { loadRest, type Rest, restNow } from "./loadRest.js";
import type { Renewal as TokenRenewal } from "./microsoft/accessToken.js";
import type { CreateMsal, Microsoft } from "./microsoft/microsoft.js";
import { loadMicrosoft } from "./msal.js";
import type { InteractionMode } from "./requests/call.js";
import { ShownSession } from "./shownSession.js";
import { SignInListeners, type SignInResult } from "./signInResult.js";
import type { SignInOptions, SignOutOptions } from "./snapshot.js";
import { hasTokens, mayKnowPerson } from "./stored/cachedTokens.js";
import { forget, recall } from "./stored/underWay.js";
import { Healing } from "./waiting/healing.js";
import { LIMIT_MS, within } from "./waiting/limit.js";

export class SessionStore extends ShownSession {
  readonly #source: ConfigSource;
  readonly #createMsal: CreateMsal | undefined;
  readonly #isDjangos: boolean;
  readonly #healing = new Healing(() => this.#again());
  /** What ends by `cancel` and by a sign-out. */
  readonly cancellation: Cancellation = new Cancellation();
  /** Told of every sign-in that ends on this page. */
  readonly signInListeners: SignInListeners = new SignInListeners();
  /** Leads to another page. */
  readonly goTo: (address: string) => void;
  #clicks: Clicks | null = null;
  #opening: Promise<void> | null = null;
  #config: Promise<CheckedConfig> | null = null;
  #starting: Promise<Microsoft> | null = null;

  /** Tests bring an MSAL of their own. */
  constructor(source: ConfigSource, create?: CreateMsal, goTo = (address: string): void => location.assign(address)) {
    super();
    this.#source = source;
    this.#createMsal = create;
    this.#isDjangos = source.session === "django";
    this.goTo = goTo;
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
    loadRest().catch(() => {}); // a click or a request may need it soon
    if (this.#isDjangos) await this.#openDjango();
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

  /** Asks Django at once, although what reads the answer may still be loading. */
  async #openDjango(): Promise<void> {
    const url = this.entranceUrl("session/");
    const rest = this.rest(); // first, so that its own limit ends first
    const look = async (signal: AbortSignal): Promise<void> => {
      const early = fetch(url, { headers: { Accept: "application/json" }, credentials: "include", signal });
      early.catch(() => {}); // it is read below
      await rest;
      await this.django?.look(early);
    };
    try {
      await within(LIMIT_MS, look, "django_unreachable", `GET ${url}`);
      this.#healing.healed();
      const isUnderWay = recall() !== null;
      if (isUnderWay) await this.ready().catch(() => {});
      this.known(this.error);
    } catch (error) {
      throw this.#failed(error);
    }
  }

  /** Loads what the first paint did not need. From then on a Django session is there. */
  async rest(): Promise<Rest> {
    const rest = restNow() ?? (await loadRest());
    if (this.#isDjangos) this.django ??= new rest.DjangoSession(this.entranceUrl("session/"), () => this.show());
    return rest;
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
      const [config, { Microsoft }] = await Promise.all([this.config(), loadMicrosoft(), this.rest()]);
      this.microsoft = await Microsoft.start(config, this, this.#createMsal);
      await this.microsoft.resume();
      this.#healing.healed();
      return this.microsoft;
    } catch (error) {
      if (!this.#isDjangos && !this.isKnown) throw this.#failed(error);
      this.#starting = null; // the next click tries again
      const reason = toError(error);
      this.#healing.failed(reason);
      this.known(reason);
      throw reason;
    }
  }

  /** Loads MSAL for a click that may come: the browser lets a click open a window for a short time only. */
  readonly prepare = (): void => {
    if (this.isKnown && !this.microsoft) this.ready().catch(() => {});
  };

  /** Opens the sign-in window, or brings the open one to the front and shares its result. */
  readonly signIn = (options: SignInOptions = {}): Promise<SignInResult> =>
    this.#click((clicks) => clicks.signIn(options));

  /** Shows the person to Microsoft, which demanded it. Requests that wait for that go on. */
  readonly confirm = (): Promise<SignInResult> => this.#click((clicks) => clicks.confirm());

  /** Asks Microsoft who the person is, without a session of that person. */
  askMicrosoft(options: SignInOptions): Promise<SignInResult> {
    return this.#click((clicks) => clicks.askMicrosoft(options));
  }

  /** Nothing comes between a click and its window, once the rest is loaded. */
  async #click(ask: (clicks: Clicks) => Promise<SignInResult>): Promise<SignInResult> {
    try {
      if (!restNow()) this.show(this.error, true); // a click goes on to be busy until MSAL is loaded
      const rest = restNow() ?? (await loadRest());
      this.#clicks ??= new rest.Clicks(this);
      return await ask(this.#clicks);
    } catch (error) {
      this.show(this.error, false);
      return { ok: false, error: toError(error) };
    }
  }

  /** Cancels every sign-in in progress. A response that still arrives is ignored. */
  readonly cancel = (): void => {
    this.dropOrphan();
    this.cancellation.cancel();
  };

  /** No window of an earlier page load counts any more. */
  dropOrphan(): void {
    forget();
    this.microsoft?.signIns.conversations.dropOrphan();
  }

  /** Reads the Django session again, after an own login of the site, for example. Never rejects. */
  readonly refresh = async (): Promise<void> => {
    const look = async (): Promise<void> => (await this.rest()) && this.django?.look();
    if (this.#isDjangos) await look().catch(() => {});
  };

  /** Signs out in all tabs. Never rejects. */
  readonly signOut = async (options: SignOutOptions = {}): Promise<void> => {
    try {
      const { signOut } = restNow() ?? (await loadRest());
      await signOut(this, options);
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
    this.showUnknown({ status: "failed", error: reason, retry: this.#retry });
    this.#healing.failed(reason);
    return reason;
  }

  readonly #retry = (): void => {
    this.showUnknown();
    this.#again();
  };

  /** Tries again what failed: the start of the session, or the loading of MSAL beside another session. */
  #again(): void {
    this.#healing.stop();
    const { isKnown } = this;
    if (!isKnown) this.#starting = this.#opening = null;
    (isKnown ? this.ready() : this.opened()).catch(() => {});
  }
}
