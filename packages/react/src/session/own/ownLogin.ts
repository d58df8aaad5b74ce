/** An own login of the application, with a token or a cookie of its own, beside Microsoft's. */
import type { Account } from "../account.js";
import type { OwnDoor } from "./ownDoor.js";

/** What the session asks of an own login. */
export interface OwnLogin {
  /** Returns who is signed in by it now. Must be the same object, or an equal one, while nothing changes. */
  account(): { readonly name: string; readonly username: string } | null;
  /** Calls `listener` after each change. Returns a function that ends it. */
  subscribe(listener: () => void): () => void;
  /** Adds its proof to a request. */
  authorize(headers: Headers): void | Promise<void>;
  /** Ends it. */
  signOut(): void | Promise<void>;
  /** The API answered a request with 401: the proof is worth nothing any more, for example. */
  refused?(): void | Promise<void>;
}

/** What an own login needs of the page's session. */
interface Plugged {
  own: OwnDoor;
  show(): void;
}

/** Plugs a login into a session, or the one that a hot reload has made in place of it. */
export function plugOwnLogin(page: Plugged, login: OwnLogin | undefined): void {
  if (!login) return;
  if (!page.own.isPlugged) page.own = new PluggedDoor(() => page.show());
  (page.own as PluggedDoor).plug(login);
}

/** The own login of a session. It goes first, until the person signs in with Microsoft instead. */
export class PluggedDoor implements OwnDoor {
  readonly #onChange: () => void;
  #login: OwnLogin | null = null;
  #unsubscribe: (() => void) | null = null;
  /** Who was signed in by it when the person left it for Microsoft. */
  #left: string | null = null;
  #isLeaving = false;

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  /** Takes a login, or the one that a hot reload has made in place of it. */
  plug(login: OwnLogin): void {
    if (login === this.#login) return;
    this.#login = login;
    if (!this.#unsubscribe) return;
    this.#unsubscribe();
    this.#unsubscribe = null;
    this.listen();
  }

  /** Follows its changes, once. Not before the session starts: on a server it never does. */
  listen(): void {
    this.#unsubscribe ??= this.#login?.subscribe(this.#changed) ?? null;
  }

  /** A change of a login that could not be ended is a new sign-in by it. */
  readonly #changed = (): void => {
    if (!this.#isLeaving) this.#left = null;
    this.#onChange();
  };

  readonly isPlugged = true;

  /** Who is signed in by it. */
  get account(): Account | null {
    const { name, username } = this.#login?.account() ?? {};
    if (username === undefined || username !== this.#left) this.#left = null;
    if (username === undefined || this.#left !== null) return null;
    return { name: name || username, username, tenantId: "", objectId: "" };
  }

  /** Adds its proof for a request of one person. `check` throws if that is another by now. */
  async authorize(headers: Headers, check: () => void): Promise<void> {
    check();
    try {
      await this.#login?.authorize(headers);
    } finally {
      check(); // a login that has ended may throw anything
    }
  }

  async refused(): Promise<void> {
    await this.#login?.refused?.();
  }

  async end(): Promise<void> {
    await this.#login?.signOut();
  }

  /** The person has signed in with Microsoft. From here on that counts, even if this login cannot be ended. */
  async leave(): Promise<void> {
    const { account } = this;
    if (!account) return;
    this.#left = account.username;
    this.#isLeaving = true;
    await this.end().catch(() => {});
    this.#isLeaving = false;
  }

  /** Ends it at last if it could not be ended when the person left it: else the next page would show that person. */
  async endLeft(): Promise<void> {
    if (!this.account && this.#left !== null) await this.end();
  }
}
