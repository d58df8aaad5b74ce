/** Renews a stale Django session: Microsoft's next token starts it anew, without the person. */
import type { Account } from "./account.js";
import { withReason } from "./challenge.js";
import type { DjangoSession } from "./djangoSession.js";
import { EntranceError, type EntranceErrorCode } from "./errors.js";
import { askSilently, exchange } from "./exchange.js";
import type { InteractionRequest } from "./interaction.js";
import { isRetryable } from "./limit.js";
import type { Microsoft, Page } from "./microsoft.js";
import { fromMsal } from "./msalErrors.js";

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
  #underWay: Promise<void> | null = null;
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
   * Concurrent callers share one exchange. Rejects with an EntranceError.
   *
   * If Microsoft wants to see the person, the session stays, and is renewed by a confirmation. Without an answer it
   * stays, too. Only if Microsoft or Django refuses the person, the person must sign in again.
   */
  renew(claims?: string, reason?: string | null): Promise<void> {
    this.#underWay ??= this.#silently(claims, reason).finally(() => {
      this.#underWay = null;
    });
    return this.#underWay;
  }

  async #silently(claims?: string, reason?: string | null): Promise<void> {
    const { account, recheckAt } = this.#django;
    if (!account) throw new EntranceError("not_signed_in");
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
    try {
      const { msal, config } = this.#microsoft;
      const answer = await askSilently(msal, { scopes: config.scopes, claims }, account);
      await exchange(this.#django, config, answer, this.#page.cancellation.signal);
    } catch (error) {
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
