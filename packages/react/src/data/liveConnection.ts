/** Proves the person of a WebSocket of graphql-ws, and follows the session while it is open. */

import { EntranceError } from "../session/errors.js";
import { pageSession } from "../session/pageSession.js";
import type { AuthorizedRequestInit } from "../session/requests/call.js";
import { type Proof, type ProofOptions, personOf, prove } from "../session/requests/proof.js";
import type { SessionStore } from "../session/session.js";
import { type EntranceSession, storeOf } from "../session/storeOf.js";
import { isRetryable } from "../session/waiting/limit.js";

/** Options of {@link entranceConnection}. */
export interface EntranceConnectionOptions extends Pick<AuthorizedRequestInit, "authorization" | "interaction"> {
  /** Address of the WebSocket, such as `/graphql/`: relative to the page; `http` stands for `ws`. */
  readonly url: string | URL;
  /** A session made by `createSession`. Default: the page's session at the time of the connection. */
  readonly session?: EntranceSession | undefined;
}

/** Close codes: the server refused the proof; the server refused the person. */
const UNAUTHORIZED = 4401;
const FORBIDDEN = 4403;
/** Text of a close of django-entrance: Microsoft must be asked about the Django session again. */
const STALE = "session_stale";
/** After this code, graphql-ws connects again at once. */
const REOPEN = 1000;

/** MSAL renews a token five minutes before its end. */
const CHECK_MS: number = 60_000;

/** A second refusal within this time is final. */
const NOT_AGAIN_MS: number = 60_000;

/** Methods are called by graphql-ws in this order, for each connection. */
export class LiveConnection {
  readonly #options: EntranceConnectionOptions;
  #proof: Proof | null = null;
  #failure: unknown = null;
  #isRefused = false;
  #isStale = false;
  #refusedAt: number = Number.NEGATIVE_INFINITY;
  /** Whether the next connection goes on with the subscriptions of the one before. */
  #goesOn = false;
  #stopFollowing: () => void = () => {};
  #socket: WebSocket | null = null;
  /** The proof that the next connection is to have. */
  #next: Proof | null = null;

  constructor(options: EntranceConnectionOptions) {
    this.#options = options;
  }

  onConnecting(isRetry: boolean): void {
    this.#goesOn ||= isRetry;
  }

  /** Proves the person and returns the address. `parameters` throws a failure: there graphql-ws can report it. */
  async address(): Promise<string> {
    const before = this.#goesOn ? this.#proof : null;
    const refused = this.#isRefused ? this.#proof : null;
    const isStale = this.#isStale;
    this.#goesOn = this.#isRefused = this.#isStale = false;
    this.#failure = null;
    const next = this.#next?.person === personOf(this.#store) ? this.#next : null; // it may have come for another person
    this.#next = null;
    try {
      this.#proof = next ?? (await this.#prove({ refused, isStale }));
      if (before?.person && before.person !== this.#proof.person) throw new EntranceError("account_changed");
    } catch (error) {
      this.#proof = null;
      this.#failure = error;
    }
    return this.#url.href.replace(/^http/, "ws");
  }

  /** graphql-ws takes 4401 for final. Here the first one only means that another proof is needed. */
  onOpened(socket: WebSocket): void {
    const tell = socket.onclose;
    socket.onclose = (event) => {
      const { code, reason } = event;
      this.#isStale = reason === STALE;
      tell?.call(
        socket,
        code === UNAUTHORIZED && this.#mayRenew() ? new CloseEvent("close", { code: REOPEN, reason }) : event,
      );
    };
  }

  parameters(): Record<string, unknown> | undefined {
    if (this.#failure) throw this.#failure;
    const token = this.#proof?.token;
    return token ? { Authorization: `Bearer ${token}` } : undefined;
  }

  onConnected(socket: WebSocket): void {
    this.#socket = socket;
    const store = this.#store;
    const follow = (): void => this.#follow(socket, personOf(store));
    const unsubscribe = store.subscribe(follow);
    const timer = setInterval(() => void this.#check(socket), CHECK_MS);
    this.#stopFollowing = () => {
      unsubscribe();
      clearInterval(timer);
    };
    follow();
  }

  onClosed(): void {
    this.#socket = null;
    this.#stopFollowing();
  }

  /** Proves what an operation was refused for, and opens the connection again with it. Rejects with an EntranceError. */
  async proveMore(claims: string, reason: string): Promise<void> {
    this.#next = await this.#prove({ refused: this.#proof, claims, reason });
    if (this.#socket) this.#reopen(this.#socket);
  }

  /** Whether to connect again after an error or a close event. */
  isPassing(reason: unknown): boolean {
    const failure = reason instanceof EntranceError ? reason : this.#failure;
    if (failure instanceof EntranceError) return isRetryable(failure);
    return (reason as Partial<CloseEvent>).code !== FORBIDDEN;
  }

  get #store(): SessionStore {
    const { session } = this.#options;
    return session ? storeOf(session) : pageSession();
  }

  get #url(): URL {
    return new URL(new URL(this.#options.url, location.href).href.replace(/^ws/, "http"));
  }

  #prove(options: ProofOptions): Promise<Proof> {
    return prove(this.#store, this.#url, { ...this.#options, ...options });
  }

  #mayRenew(): boolean {
    const isAgain = Date.now() - this.#refusedAt < NOT_AGAIN_MS;
    this.#refusedAt = Date.now();
    this.#isRefused = this.#goesOn = !isAgain;
    return !isAgain;
  }

  /** Subscriptions of a person end with that person's session. Those of no one go on as the person who signs in. */
  #follow(socket: WebSocket, person: string | null | undefined): void {
    const before = this.#proof?.person ?? null;
    if (person === undefined || person === before) return;
    if (before === null) this.#reopen(socket);
    else this.#end(socket, new EntranceError(person === null ? "not_signed_in" : "account_changed"));
  }

  /** Opens the connection again if the token was renewed. What Microsoft does not answer, the next check asks again. */
  async #check(socket: WebSocket): Promise<void> {
    const proof = await this.#prove({ interaction: "never" }).catch(() => null);
    if (proof && proof.token !== this.#proof?.token) this.#reopen(socket);
  }

  #reopen(socket: WebSocket): void {
    this.#goesOn = true;
    socket.close(REOPEN, "Renewed");
  }

  /** Gives the error to all subscriptions: graphql-ws takes it from the socket's own event. */
  #end(socket: WebSocket, error: EntranceError): void {
    this.#stopFollowing();
    socket.onerror?.(error as unknown as Event);
    socket.close(REOPEN, "Signed out");
  }
}
