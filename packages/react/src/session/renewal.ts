/** Renews a stale Django session: Microsoft's next token starts it anew, without the person. */
import type { Connection } from "./conversations.js";
import type { DjangoSession } from "./djangoSession.js";
import { EntranceError, type EntranceErrorCode } from "./errors.js";
import { askSilently, exchange } from "./exchange.js";
import type { InteractionRequest } from "./interaction.js";
import { isRetryable } from "./limit.js";
import { fromMsal } from "./msalErrors.js";

type Wishes = Pick<InteractionRequest, "claims" | "loginHint">;

/** After these errors Django's session ends, too: else the next page would show the person as signed in. */
const REFUSED: readonly EntranceErrorCode[] = [
  "access_denied",
  "account_changed",
  "account_exists",
  "consent_required",
  "interaction_required",
  "not_assigned",
];

export class Renewal {
  readonly #django: DjangoSession;
  readonly #page: { ready(): Promise<Connection>; readonly signal: AbortSignal };
  readonly #onRefused: (reason: EntranceError) => void;
  #underWay: Promise<void> | null = null;
  #wishes: Wishes = {};

  constructor(
    django: DjangoSession,
    page: { ready(): Promise<Connection>; readonly signal: AbortSignal },
    onRefused: (reason: EntranceError) => void,
  ) {
    this.#django = django;
    this.#page = page;
    this.#onRefused = onRefused;
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
   * Only if Microsoft or Django refuses, the person must sign in again. Without an answer the session stays.
   */
  renew(claims?: string): Promise<void> {
    this.#underWay ??= this.#renew(claims).finally(() => {
      this.#underWay = null;
    });
    return this.#underWay;
  }

  async #renew(claims?: string): Promise<void> {
    const { account, recheckAt } = this.#django;
    if (!account) throw new EntranceError("not_signed_in");
    try {
      const { msal, config } = await this.#page.ready();
      const answer = await askSilently(msal, { scopes: config.scopes, claims }, account);
      await exchange(this.#django, config, answer, this.#page.signal);
    } catch (error) {
      const reason = fromMsal(error);
      if (isRetryable(reason)) throw reason; // no one refused the session
      this.#wishes = { loginHint: account.username, ...(claims !== undefined && { claims }) };
      if (claims === undefined) await this.#end(reason, () => this.#django.recheckAt <= recheckAt);
      this.#onRefused(reason);
      throw reason;
    }
  }

  /** Signs the person out, unless another tab has started the session anew meanwhile. */
  async #end({ code }: EntranceError, isStale: () => boolean): Promise<void> {
    if (REFUSED.includes(code)) await this.#django.end(isStale).catch(() => {});
    if (isStale()) this.#django.forget();
  }
}
