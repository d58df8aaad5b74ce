/** Renews a stale Django session: Microsoft's next token starts it anew, without the person. */
import type { Account } from "../account.js";
import { mustStillBe } from "../begun.js";
import type { DjangoSession } from "../django/djangoSession.js";
import { EntranceError, type EntranceErrorCode } from "../errors.js";
import { withReason } from "../requests/challenge.js";
import { isRetryable } from "../waiting/limit.js";
import { askSilently, exchange } from "./exchange.js";
import type { Microsoft, Page } from "./microsoft.js";
import { fromMsal } from "./msal/msalErrors.js";
import type { InteractionRequest } from "./windows/interaction.js";

type Wishes = Pick<InteractionRequest, "claims" | "loginHint">;

/** After these errors Django's session ends, too: else the next page would show the person as signed in. */
const REFUSED: readonly EntranceErrorCode[] = [
  "access_denied",
  "account_changed",
  "account_exists",
  "consent_required",
  "not_assigned",
];

export class Renewal {
  readonly #django: DjangoSession;
  readonly #microsoft: Microsoft;
  readonly #page: Page;
  #underWay: { readonly claims: string | undefined; readonly work: Promise<void> } | null = null;
  #wishes: Wishes = {};

  constructor(django: DjangoSession, microsoft: Microsoft, page: Page) {
    this.#django = django;
    this.#microsoft = microsoft;
    this.#page = page;
  }

  /** Returns, once, what the person's next sign-in must satisfy after a renewal that was refused. */
  takeWishes(): Wishes {
    const wishes = this.#wishes;
    this.#wishes = {};
    return wishes;
  }

  /**
   * Concurrent callers share one exchange, but one without the claims that a caller needs is no answer to that caller,
   * who waits for its end. Rejects with an EntranceError: also if the person for whom it was begun is not signed in
   * any more when it ends.
   *
   * If Microsoft wants to see the person, the session stays, and is renewed by a confirmation. Without an answer it
   * stays, too. Only if Microsoft or Django refuses the person, the person must sign in again.
   */
  renew(claims?: string, reason?: string | null): Promise<void> {
    const { account } = this.#django;
    if (!account) return Promise.reject(new EntranceError("not_signed_in"));
    const before = this.#underWay;
    if (before && (claims === undefined || claims === before.claims)) return before.work;
    const begin = (): Promise<void> => this.#silently(account, claims, reason);
    const work = (before ? before.work.then(begin, begin) : begin()).finally(() => {
      if (this.#underWay === begun) this.#underWay = null;
    });
    const begun = { claims, work };
    this.#underWay = begun;
    return work;
  }

  async #silently(account: Account, claims?: string, reason?: string | null): Promise<void> {
    mustStillBe(account, this.#django.account); // it may have waited
    this.#page.cancellation.signal.throwIfAborted(); // the person is signing out
    const { recheckAt } = this.#django;
    const isDone = (): boolean => this.#django.recheckAt > recheckAt;
    const work = (): Promise<void> =>
      this.#renew(account, claims, isDone).catch((error) => {
        throw withReason(error, reason);
      });
    const isMicrosofts = account.objectId !== "";
    await (isMicrosofts
      ? this.#microsoft.confirmation.attempt({ person: account, what: `session ${claims}`, work, isDone })
      : work());
  }

  async #renew(account: Account, claims: string | undefined, isDone: () => boolean): Promise<void> {
    const { msal, config, signOutSignal: signOut } = this.#microsoft;
    try {
      const answer = await askSilently(msal, { scopes: config.scopes, claims }, account);
      signOut.throwIfAborted();
      mustStillBe(account, this.#django.account);
      await exchange(this.#django, config, answer, signOut);
    } catch (error) {
      signOut.throwIfAborted();
      mustStillBe(account, this.#django.account); // no one refused the person who is signed in now
      const reason = fromMsal(error);
      if (isRetryable(reason)) throw reason; // no one refused the session
      const wishes = { loginHint: account.username, ...(claims !== undefined && { claims }) };
      if (reason.code === "interaction_required") {
        await this.#django.look().catch(() => {});
        if (isDone()) return; // by another tab
        this.#microsoft.confirmation.wishFor({ scopes: [], ...wishes });
        throw reason;
      }
      this.#wishes = wishes;
      if (claims === undefined) await this.#end(reason, () => !isDone());
      this.#page.show(reason);
      throw reason;
    }
  }

  /** Signs the person out, unless another tab has started the session anew meanwhile. */
  async #end({ code }: EntranceError, isStale: () => boolean): Promise<void> {
    if (REFUSED.includes(code)) await this.#django.end(isStale).catch(() => {});
    if (isStale()) this.#django.forget();
  }
}
