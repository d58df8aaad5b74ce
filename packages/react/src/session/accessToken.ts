/** The access token for the API: silently if possible, one request in flight for all who ask. */
import type { AccountInfo, AuthenticationResult, IPublicClientApplication } from "@azure/msal-browser";
import { InteractionRequiredAuthError } from "@azure/msal-browser";
import { type Account, type Person, samePerson, toAccount } from "./account.js";
import { EntranceError } from "./errors.js";
import type { InteractionRequest } from "./interaction.js";
import { fromMsal, needsInteraction } from "./msalErrors.js";

type SilentRequest = InteractionRequest & { readonly account: AccountInfo };

/** Why the cached token will not do. */
export interface Renewal {
  /** The token the API refused; it is renewed by force unless it was renewed meanwhile. */
  readonly refused?: string;
  /** JSON of a claims challenge; the new token must satisfy it. */
  readonly claims?: string;
}

/** How long a token that was renewed is not renewed again for the same reason: the API would refuse the next one, too. */
const NOT_AGAIN_MS: number = 5 * 60 * 1000;

export class AccessTokens {
  readonly #msal: IPublicClientApplication;
  readonly #scopes: readonly string[];
  readonly #interact: (request: InteractionRequest) => Promise<AuthenticationResult>;
  readonly #inFlight = new Map<string, Promise<string>>();
  readonly #renewed = new Map<string, { readonly token: string; readonly at: number }>();

  constructor(
    msal: IPublicClientApplication,
    scopes: readonly string[],
    interact: (request: InteractionRequest) => Promise<AuthenticationResult>,
  ) {
    this.#msal = msal;
    this.#scopes = scopes;
    this.#interact = interact;
  }

  /** The signed-in person. Throws `not_signed_in`. */
  person(): Account {
    return toAccount(this.#active());
  }

  /**
   * A token of the person, who must be signed in before and after it was acquired: what was written for one account
   * never goes out with the token of another.
   *
   * Gives the refused token back where renewing it cannot help. Rejects with an EntranceError: `not_signed_in` without
   * an account, `account_changed` with another one.
   */
  async get(renewal: Renewal = {}, person: Person = this.person()): Promise<string> {
    const account = this.#active(person);
    const key = JSON.stringify([person.tenantId, person.objectId, renewal.refused, renewal.claims]);
    const shared = this.#inFlight.get(key) ?? this.#acquire(account, renewal).finally(() => this.#inFlight.delete(key));
    this.#inFlight.set(key, shared);
    const token = await shared;
    this.#active(person);
    return token;
  }

  #active(person?: Person): AccountInfo {
    const account = this.#msal.getActiveAccount();
    if (account === null) throw new EntranceError("not_signed_in");
    if (person !== undefined) mustBe(person, account);
    return account;
  }

  async #acquire(account: AccountInfo, renewal: Renewal): Promise<string> {
    const { claims, refused } = renewal;
    const reason = JSON.stringify([account.tenantId, account.localAccountId, claims]);
    const lately = this.#lately(reason);
    if (claims !== undefined && lately !== null) return lately;
    const request = { scopes: [...this.#scopes], account, ...(claims !== undefined && { claims }) };
    const answer = await this.#ask(request, reason, refused === lately ? undefined : refused);
    // MSAL keeps tokens by account; an answer from its cache may name a guest's home tenant instead.
    if (!answer.fromCache) mustBe(toAccount(account), answer.account);
    return answer.accessToken;
  }

  /** The token that was renewed for this reason a short while ago. */
  #lately(reason: string): string | null {
    const last = this.#renewed.get(reason);
    return last !== undefined && Date.now() - last.at < NOT_AGAIN_MS ? last.token : null;
  }

  /** Remembers silent renewals only: a window that was open already answers another question. */
  async #ask(request: SilentRequest, reason: string, refused?: string): Promise<AuthenticationResult> {
    try {
      const answer = await this.#silently(request, refused);
      if (refused !== undefined && !answer.fromCache) {
        this.#renewed.set(reason, { token: answer.accessToken, at: Date.now() });
      }
      return answer;
    } catch (error) {
      if (!needsInteraction(error)) throw fromMsal(error);
      const asked = error instanceof InteractionRequiredAuthError && error.claims ? { claims: error.claims } : {};
      return this.#interact({ ...request, ...asked });
    }
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
