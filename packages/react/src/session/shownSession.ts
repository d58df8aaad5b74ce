/** What is known of the session, and what views show of it. */
import type { Texts } from "../texts/texts.js";
import type { Account } from "./account.js";
import { isBrowser } from "./browser.js";
import type { DjangoSession } from "./django/djangoSession.js";
import type { EntranceError } from "./errors.js";
import type { Confirmation } from "./microsoft/confirmation.js";
import type { Microsoft } from "./microsoft/microsoft.js";
import { NO_OWN_LOGIN, type OwnDoor } from "./own/ownDoor.js";
import { Published } from "./published.js";
import { sessionOf } from "./sessionOf.js";
import type { SignInResult } from "./signInResult.js";
import { type Session, type SignedInPerson, type Snapshot, STARTING } from "./snapshot.js";
import { whenIdle } from "./waiting/whenIdle.js";
import { whoIsSignedIn } from "./who.js";

export abstract class ShownSession {
  readonly #published = new Published<Snapshot>(STARTING);
  /** Shown while it is not known who is signed in. */
  #unknown: Session = STARTING.session;
  /** The own login. */
  own: OwnDoor = NO_OWN_LOGIN;
  /** The Django session, if it is the page's session, once the rest is loaded. */
  django: DjangoSession | null = null;
  /** null while MSAL is not loaded. */
  microsoft: Microsoft | null = null;
  /** Texts that `createSession` was given. */
  texts: Texts | undefined;
  /** Whether it is known who is signed in. */
  protected isKnown = false;

  readonly getSnapshot = (): Snapshot => this.#published.get();

  readonly subscribe = (listener: () => void): (() => void) => this.#published.subscribe(listener);

  /** Whether Microsoft wants to see the person again. null while MSAL is not loaded: then it does not. */
  get confirmation(): Confirmation | null {
    return this.microsoft?.confirmation ?? null;
  }

  /** Loads MSAL for a click that may come. */
  abstract readonly prepare: () => void;

  abstract readonly confirm: () => Promise<SignInResult>;

  /** From here on it is known who is signed in; a sign-in of an earlier page load has ended. */
  known(error: EntranceError | null): void {
    this.isKnown = true;
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
    return whoIsSignedIn({ own, django, msal: microsoft?.msal ?? null }, this.isKnown);
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

  /** Shows why it is not known who is signed in, or without an error that the session starts again. */
  protected showUnknown(session: Session = STARTING.session): void {
    this.#unknown = session;
    if (session === STARTING.session) this.#published.change(STARTING);
    else if (!this.own.account) this.#published.change({ session }); // an own login needs none of this
  }
}
