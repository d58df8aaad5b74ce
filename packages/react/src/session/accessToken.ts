/** The access token for the API: silently if possible, one request in flight for all who ask. */
import type { AccountInfo, AuthenticationResult, IPublicClientApplication } from "@azure/msal-browser";
import { InteractionRequiredAuthError } from "@azure/msal-browser";
import { EntranceError } from "./errors.js";
import type { InteractionRequest } from "./interaction.js";
import { fromMsal, needsInteraction } from "./msalErrors.js";

/** Why the cached token will not do. */
export interface Renewal {
  /** The token the API refused; it is renewed by force unless somebody renewed it meanwhile. */
  readonly refused?: string;
  /** JSON of a claims challenge; the new token must satisfy it. */
  readonly claims?: string;
}

export class AccessTokens {
  readonly #msal: IPublicClientApplication;
  readonly #scopes: readonly string[];
  readonly #interact: (request: InteractionRequest) => Promise<AuthenticationResult>;
  readonly #inFlight = new Map<string, Promise<string>>();

  constructor(
    msal: IPublicClientApplication,
    scopes: readonly string[],
    interact: (request: InteractionRequest) => Promise<AuthenticationResult>,
  ) {
    this.#msal = msal;
    this.#scopes = scopes;
    this.#interact = interact;
  }

  /** A token of the signed-in person. Rejects with an EntranceError, `not_signed_in` if there is nobody. */
  get(renewal: Renewal = {}): Promise<string> {
    const account = this.#msal.getActiveAccount();
    if (account === null) return Promise.reject(new EntranceError("not_signed_in"));
    const key = JSON.stringify([account.homeAccountId, renewal.refused, renewal.claims]);
    const shared = this.#inFlight.get(key) ?? this.#acquire(account, renewal).finally(() => this.#inFlight.delete(key));
    this.#inFlight.set(key, shared);
    return shared;
  }

  async #acquire(account: AccountInfo, renewal: Renewal): Promise<string> {
    const { claims } = renewal;
    const request = { scopes: [...this.#scopes], account, ...(claims !== undefined && { claims }) };
    try {
      return await this.#silently(request, renewal);
    } catch (error) {
      if (!needsInteraction(error)) throw fromMsal(error);
      const asked = error instanceof InteractionRequiredAuthError && error.claims ? { claims: error.claims } : {};
      return (await this.#interact({ ...request, ...asked })).accessToken;
    }
  }

  async #silently(request: InteractionRequest & { account: AccountInfo }, renewal: Renewal): Promise<string> {
    const { accessToken } = await this.#msal.acquireTokenSilent(request);
    if (accessToken !== renewal.refused) return accessToken;
    return (await this.#msal.acquireTokenSilent({ ...request, forceRefresh: true })).accessToken;
  }
}
