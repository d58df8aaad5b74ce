/** Acquires the API's access token: silently where possible, with one request for all concurrent callers. */
import type { AccountInfo, AuthenticationResult, IPublicClientApplication } from "@azure/msal-browser";
import { type Account, type Person, samePerson, toAccount } from "../account.js";
import { EntranceError } from "../errors.js";
import { fromMsal, isInteractionRequired, needsInteraction } from "./msal/msalErrors.js";
import type { InteractionRequest } from "./windows/interaction.js";

type SilentRequest = InteractionRequest & { readonly account: AccountInfo };

/** What token is needed, and why the cached one cannot be used. */
export interface Renewal {
  /** Scopes of another API. Default: those of the configuration. */
  readonly scopes?: readonly string[] | undefined;
  /** The token that the API refused. A new one is requested unless the cache has another by now. */
  readonly refused?: string;
  /** Claims challenge (JSON) that the new token must satisfy. */
  readonly claims?: string;
  /** What the API needs the claims for, in its words. */
  readonly reason?: string | null;
}

/**
 * Demands the person, and throws an error: no window opens without a click. A click asks Microsoft for `request`, and
 * `keep` remembers the token of the answer.
 */
export type Demand = (request: InteractionRequest, keep: (token: string) => void, details: string | null) => never;

/** Minimum time between two renewals for the same reason: the API would refuse the next token, too. */
const NOT_AGAIN_MS: number = 5 * 60 * 1000;

export class AccessTokens {
  readonly #msal: IPublicClientApplication;
  readonly #scopes: readonly string[];
  readonly #demand: Demand;
  readonly #inFlight = new Map<string, Promise<string>>();
  readonly #renewed = new Map<string, { readonly token: string; readonly at: number }>();

  constructor(msal: IPublicClientApplication, scopes: readonly string[], demand: Demand) {
    this.#msal = msal;
    this.#scopes = scopes;
    this.#demand = demand;
  }

  /** Returns the signed-in person. Throws `not_signed_in`. */
  person(): Account {
    return toAccount(this.#active());
  }

  /**
   * Returns a token of the person, who must be signed in before and after the request: a request made for one account
   * is never sent with the token of another.
   *
   * Returns the refused token where a renewal cannot help. Rejects with an EntranceError: `not_signed_in` without an
   * account, `account_changed` with another account.
   */
  async get(renewal: Renewal = {}, person: Person = this.person()): Promise<string> {
    const account = this.#active(person);
    const key = JSON.stringify([person.tenantId, person.objectId, renewal]);
    const shared = this.#inFlight.get(key) ?? this.#acquire(account, renewal).finally(() => this.#inFlight.delete(key));
    this.#inFlight.set(key, shared);
    const token = await shared;
    this.#active(person);
    return token;
  }

  /** Lets no later caller share a request of before the person was seen. */
  askAnew(): void {
    this.#inFlight.clear();
  }

  #active(person?: Person): AccountInfo {
    const account = this.#msal.getActiveAccount();
    if (account === null) throw new EntranceError("not_signed_in");
    if (person !== undefined) mustBe(person, account);
    return account;
  }

  async #acquire(account: AccountInfo, renewal: Renewal): Promise<string> {
    const { claims, refused, scopes = this.#scopes } = renewal;
    const reason = JSON.stringify([account.tenantId, account.localAccountId, claims, scopes]);
    const lately = this.#lately(reason);
    if (claims !== undefined && lately !== null) return lately;
    const request = { scopes: [...scopes], account, ...(claims !== undefined && { claims }) };
    const answer = await this.#ask(request, reason, refused === lately ? undefined : refused);
    // MSAL keeps tokens by account; an answer from its cache may name a guest's home tenant instead.
    if (!answer.fromCache) mustBe(toAccount(account), answer.account);
    return answer.accessToken;
  }

  /** Returns the token of a recent renewal for this reason, or null. */
  #lately(reason: string): string | null {
    const last = this.#renewed.get(reason);
    return last !== undefined && Date.now() - last.at < NOT_AGAIN_MS ? last.token : null;
  }

  async #ask(request: SilentRequest, reason: string, refused?: string): Promise<AuthenticationResult> {
    try {
      const answer = await this.#silently(request, refused);
      if (refused !== undefined && !answer.fromCache) {
        this.#keep(reason, answer.accessToken);
      }
      return answer;
    } catch (error) {
      if (!needsInteraction(error)) throw fromMsal(error);
      const { details } = fromMsal(error);
      const asked = isInteractionRequired(error) && error.claims ? { claims: error.claims } : {};
      return this.#demand({ ...request, ...asked }, (token) => this.#keep(reason, token), details);
    }
  }

  #keep(reason: string, token: string): void {
    this.#renewed.set(reason, { token, at: Date.now() });
  }

  async #silently(request: SilentRequest, refused: string | undefined): Promise<AuthenticationResult> {
    const answer = await this.#msal.acquireTokenSilent(request);
    if (answer.accessToken !== refused) return answer;
    return this.#msal.acquireTokenSilent({ ...request, forceRefresh: true });
  }
}

function mustBe(person: Person, account: AccountInfo): void {
  if (!samePerson(person, toAccount(account))) throw new EntranceError("account_changed");
}
