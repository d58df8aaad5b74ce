/** Microsoft wants to see the signed-in person again: what the next click asks for, and the requests that wait for it. */
import { type Person, samePerson } from "../account.js";
import { EntranceError } from "../errors.js";
import type { InteractionRequest } from "./windows/interaction.js";

/** What the window asks Microsoft for. */
export type Wish = Pick<InteractionRequest, "account" | "claims" | "loginHint" | "scopes">;

/** Work without the person, which Microsoft may refuse until it has seen the person. */
export interface SilentWork<T> {
  readonly person: Person;
  /** Names what is asked for: Microsoft is not asked for it again and again. */
  readonly what: string;
  work(): Promise<T>;
  /** Whether it is done by now: by another tab, for example. */
  isDone?(): boolean;
}

interface Waiting {
  resolve(): void;
  reject(reason: EntranceError): void;
}

/** Minimum time between two questions whose answer was to ask the person. */
const AGAIN_MS: number = 60 * 1000;

export class Confirmation {
  readonly #onChange: () => void;
  readonly #refused = new Map<string, number>();
  #demanded: SilentWork<unknown> | null = null;
  #error: EntranceError | null = null;
  #wish: Wish | null = null;
  #keep: (token: string) => void = () => {};
  readonly #waiting: Waiting[] = [];
  #round = 0;

  /** `onChange` is called when the person is demanded, and when the person was seen. */
  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  /** Why Microsoft wants to see the person, or null. */
  get error(): EntranceError | null {
    return this.#error;
  }

  /** What the next click asks for, or null. */
  get wish(): Wish | null {
    return this.#demanded && this.#wish;
  }

  /** Says what to ask the person for, right before silent work rejects with `interaction_required`. */
  wishFor(wish: Wish, keep: (token: string) => void = () => {}): void {
    this.#wish = wish;
    this.#keep = keep;
  }

  /** Does the work, unless Microsoft has just said that it wants to see the person for it. */
  async attempt<T>(silent: SilentWork<T>): Promise<T> {
    const refusedAt = this.#refused.get(silent.what);
    const isLately = refusedAt !== undefined && Date.now() - refusedAt < AGAIN_MS;
    if (this.#error && isLately) throw this.#error;
    const round = this.#round;
    try {
      const result = await silent.work();
      if (this.#demanded?.what === silent.what) this.confirmed();
      return result;
    } catch (error) {
      if (!isDemand(error)) throw error;
      if (round !== this.#round) return this.attempt(silent); // the person was seen meanwhile
      this.#demand(silent, error);
      throw error;
    }
  }

  #demand(silent: SilentWork<unknown>, error: EntranceError): void {
    this.#refused.set(silent.what, Date.now());
    const isNew = this.#demanded?.what !== silent.what;
    this.#demanded = silent;
    this.#error ??= error;
    if (isNew) this.#onChange();
  }

  /**
   * Resolves when the person was seen, for a request that failed with `error`. Rejects with `error` if the person is
   * not demanded, with `not_signed_in` after a sign-out, and with `account_changed` if it was another person.
   */
  seen(error: unknown): Promise<void> {
    if (!this.#demanded || !isDemand(error)) return Promise.reject(error);
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  /** A window has the answer to `asked`. It is the one that was wished for, unless it was open before. */
  answered(asked: InteractionRequest, token: string): void {
    const { claims, scopes = [] } = this.wish ?? {};
    if (claims !== undefined && asked.claims === claims && asked.scopes.join() === scopes.join()) this.#keep(token);
    this.confirmed();
  }

  /** Microsoft has seen the person. */
  confirmed(): void {
    if (!this.#demanded) return;
    for (const each of this.#end()) each.resolve();
    this.#onChange();
  }

  /** Compares with who is signed in now. */
  check(person: Person | null): void {
    if (!this.#demanded) return;
    if (!person) this.drop(new EntranceError("not_signed_in"));
    else if (!samePerson(person, this.#demanded.person)) this.drop(new EntranceError("account_changed"));
    else if (this.#demanded.isDone?.()) for (const each of this.#end()) each.resolve();
  }

  /** The requests that wait are in vain. */
  drop(reason: EntranceError): void {
    for (const each of this.#end()) each.reject(reason);
  }

  #end(): readonly Waiting[] {
    this.#demanded = this.#error = this.#wish = null;
    this.#refused.clear();
    this.#round += 1;
    return this.#waiting.splice(0);
  }

  /** Tries without the person once more: another tab may have shown the person to Microsoft. */
  again(): void {
    this.#refused.clear();
    if (this.#demanded) this.attempt(this.#demanded).catch(() => {});
  }
}

function isDemand(error: unknown): error is EntranceError {
  return error instanceof EntranceError && error.code === "interaction_required";
}
