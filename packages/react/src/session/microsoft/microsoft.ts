/** What the page's session does with Microsoft. Loaded with MSAL only: import `msal.ts` instead. */
import type { IPublicClientApplication } from "@azure/msal-browser";
import type { Account, Person } from "../account.js";
import { mustStillBe, personIn } from "../begun.js";
import type { Cancellation } from "../cancellation.js";
import type { CheckedConfig } from "../config/config.js";
import type { DjangoSession } from "../django/djangoSession.js";
import { EntranceError } from "../errors.js";
import type { OwnDoor } from "../own/ownDoor.js";
import type { Call } from "../requests/call.js";
import { withReason } from "../requests/challenge.js";
import type { SessionStore } from "../session.js";
import type { SignInListeners } from "../signInResult.js";
import type { Session, Snapshot } from "../snapshot.js";
import { rememberReturn, takeReturn } from "../stored/returnTo.js";
import { AccessTokens, type Renewal as TokenRenewal } from "./accessToken.js";
import { Confirmation } from "./confirmation.js";
import { tokenBesideDjango } from "./djangoToken.js";
import { removeOtherAccounts } from "./msal/cachedAccounts.js";
import { fromMsal } from "./msal/msalErrors.js";
import { ACCOUNT_EVENTS } from "./msal/msalEvents.js";
import { makeMsal } from "./msal/msalInstance.js";
import { Renewal } from "./renewal.js";
import { resume } from "./resuming.js";
import { SignIns } from "./signIns.js";
import { sendWithToken } from "./tokenFetch.js";
import { leavePage } from "./windows/interaction.js";
import { finishRedirect } from "./windows/redirect.js";

export type CreateMsal = (config: CheckedConfig) => IPublicClientApplication | Promise<IPublicClientApplication>;

/** The page's session, as far as Microsoft's part needs it. */
export interface Page {
  readonly own: OwnDoor;
  readonly django: DjangoSession | null;
  readonly cancellation: Cancellation;
  /** Told of every sign-in that ends. */
  readonly signInListeners: SignInListeners;
  readonly account: Account | null;
  /** Why the last sign-in failed. */
  readonly error: EntranceError | null;
  getSnapshot(): Snapshot;
  show(error?: EntranceError | null, busy?: boolean): void;
  /** From here on it is known who is signed in. */
  known(error: EntranceError | null): void;
  goTo(address: string): void;
}

export class Microsoft {
  readonly msal: IPublicClientApplication;
  readonly config: CheckedConfig;
  readonly tokens: AccessTokens;
  /** Whether Microsoft wants to see the person again. */
  readonly confirmation: Confirmation;
  readonly renewal: Renewal | null;
  readonly signIns: SignIns;
  readonly #page: Page;
  #untilSignOut = new AbortController();

  /** Starts MSAL. Rejects with an EntranceError. */
  static async start(config: CheckedConfig, page: Page, create: CreateMsal = makeMsal): Promise<Microsoft> {
    try {
      const msal = await create(config);
      await msal.initialize();
      return new Microsoft(msal, config, page);
    } catch (error) {
      throw fromMsal(error);
    }
  }

  private constructor(msal: IPublicClientApplication, config: CheckedConfig, page: Page) {
    this.msal = msal;
    this.config = config;
    this.#page = page;
    this.confirmation = new Confirmation(() => page.show(null));
    this.tokens = new AccessTokens(msal, config.scopes, (request, keep, details) => {
      page.cancellation.signal.throwIfAborted();
      this.confirmation.wishFor(request, keep);
      throw new EntranceError("interaction_required", { details });
    });
    this.renewal = page.django && new Renewal(page.django, this, page);
    this.signIns = new SignIns(this, page);
    msal.addEventCallback(() => this.#onAccountEvent(), ACCOUNT_EVENTS);
  }

  /** Someone has signed in or out, in this tab or another. */
  #onAccountEvent(): void {
    this.#page.show();
    if (!this.#page.getSnapshot().busy) this.confirmation.again();
  }

  /** Aborted by the next sign-out in this tab. What goes on without the person does not end with a window. */
  get signOutSignal(): AbortSignal {
    return this.#untilSignOut.signal;
  }

  /** The person signs out in this tab: what was begun for them is in vain. */
  dropPerson(): void {
    const reason = new EntranceError("not_signed_in");
    this.confirmation.drop(reason);
    this.#untilSignOut.abort(reason);
    this.#untilSignOut = new AbortController();
  }

  /** Returns itself for a click that waited for MSAL, unless another person is signed in by now. */
  mustStillBe(before: Session): this {
    mustStillBe(personIn(before), this.#page.account);
    return this;
  }

  /** Goes on with what an earlier page load began. Never rejects. */
  async resume(): Promise<void> {
    const returned = await finishRedirect(this.msal, (address) => this.#page.goTo(address));
    this.signIns.returned = await resume(this.#page, this, returned);
  }

  /** Returns an access token of the person, without the person. */
  token(renewal: TokenRenewal, person: Person = this.tokens.person()): Promise<string> {
    const what = JSON.stringify([renewal.claims, renewal.scopes]);
    const work = (): Promise<string> =>
      this.tokens.get(renewal, person).catch((error) => {
        throw withReason(error, renewal.reason);
      });
    return this.confirmation.attempt({ person, what, work });
  }

  /** Sends a request that was made while the page showed `account`, with the access token. */
  fetch(store: SessionStore, call: Call, account: Account | null, check: () => void): Promise<Response> {
    return sendWithToken(this, store, call, account, check);
  }

  /** Returns an access token of the person of the Django session, without the person. */
  tokenBesideDjango(person: Account, scopes?: readonly string[]): Promise<string> {
    return tokenBesideDjango(this, person, scopes);
  }

  /** Removes all accounts from the browser. */
  forgetAccounts(): Promise<void> {
    return removeOtherAccounts(this.msal, null);
  }

  /** Leaves the page, to sign out at Microsoft. Rejects with an EntranceError. */
  async signOut(back: string | null): Promise<void> {
    const { msal } = this;
    const account = msal.getActiveAccount();
    await removeOtherAccounts(msal, account);
    if (back !== null) rememberReturn(back);
    await leavePage(msal, () => msal.logoutRedirect({ account })).catch((error) => {
      takeReturn();
      throw fromMsal(error);
    });
  }
}
