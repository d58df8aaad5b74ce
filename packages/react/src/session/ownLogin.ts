/** An own login of the application, with a token or a cookie of its own, beside Microsoft's. */
import type { Account } from "./account.js";

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

/** The own login of a session. It goes first, until the person signs in with Microsoft instead. */
export class OwnDoor {
  readonly #onChange: () => void;
  #login: OwnLogin | null = null;
  #unsubscribe: (() => void) | null = null;
  /** Who was signed in by it when the person left it for Microsoft. */
  #left: string | null = null;

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  /** Takes a login, or the one that a hot reload has made in place of it. */
  plug(login: OwnLogin | undefined): void {
    if (!login || login === this.#login) return;
    this.#login = login;
    this.#unsubscribe?.();
    if (this.#unsubscribe) this.listen();
  }

  /** Follows its changes. Not before the session starts: on a server it never does. */
  listen(): void {
    this.#unsubscribe = this.#login?.subscribe(this.#onChange) ?? null;
  }

  get isPlugged(): boolean {
    return this.#login !== null;
  }

  /** Who is signed in by it. */
  get account(): Account | null {
    const { name, username } = this.#login?.account() ?? {};
    if (username === undefined || username !== this.#left) this.#left = null;
    if (username === undefined || this.#left !== null) return null;
    return { name: name || username, username, tenantId: "", objectId: "" };
  }

  async authorize(headers: Headers): Promise<void> {
    await this.#login?.authorize(headers);
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
    await this.end().catch(() => {});
  }
}
