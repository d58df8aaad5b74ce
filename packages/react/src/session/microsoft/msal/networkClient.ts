/** MSAL's requests to Microsoft, with a time limit and codes of our own. Loaded with MSAL only. */
import { AuthError, type INetworkModule, type NetworkRequestOptions, type NetworkResponse } from "@azure/msal-browser";
import { EntranceError, isOffline } from "../../errors.js";
import { LIMIT_MS, within } from "../../waiting/limit.js";

/** MSAL's own client sends a request once more after a failure without an answer, as of a network that changed. */
const ONCE_MORE_MS = 100;

/** Pause after "too many requests", if Microsoft does not say how long. */
const BUSY_MS = 10_000;
const LONGEST_BUSY_MS = 60_000;

export class NetworkClient implements INetworkModule {
  #busyUntil = 0;

  sendGetRequestAsync<T>(url: string, options?: NetworkRequestOptions): Promise<NetworkResponse<T>> {
    return this.#ask("GET", url, options);
  }

  sendPostRequestAsync<T>(url: string, options?: NetworkRequestOptions): Promise<NetworkResponse<T>> {
    return this.#ask("POST", url, options);
  }

  /** Rejects with MSAL's AuthError, because MSAL hides the code of any other. */
  async #ask<T>(method: string, url: string, options: NetworkRequestOptions = {}): Promise<NetworkResponse<T>> {
    const work = (signal: AbortSignal): Promise<NetworkResponse<T>> => this.#fetch(method, url, options, signal);
    try {
      return await within(LIMIT_MS, work, "microsoft_unreachable", "no answer");
    } catch (error) {
      const { code, details } = error as EntranceError;
      throw new AuthError(code, options.correlationId ?? "", "Microsoft gave no answer", details ?? "");
    }
  }

  async #fetch<T>(
    method: string,
    url: string,
    { headers = {}, body }: NetworkRequestOptions,
    signal: AbortSignal,
  ): Promise<NetworkResponse<T>> {
    const isRedemption = body?.includes("grant_type=authorization_code"); // the person waits for it
    if (!isRedemption && Date.now() < this.#busyUntil) throw new EntranceError("microsoft_busy");
    const init: RequestInit = { method, headers, signal, ...(body !== undefined && { body }) };
    const response = await fetch(url, init).catch(async (error) => {
      if (signal.aborted || isOffline()) throw error;
      await new Promise((resolve) => setTimeout(resolve, ONCE_MORE_MS));
      return fetch(url, init);
    });
    this.#mustBeServed(response);
    const found = (await response.json()) as T;
    return { headers: Object.fromEntries(response.headers), body: found, status: response.status };
  }

  #mustBeServed({ status, headers }: Response): void {
    if (status === 429) {
      const wished = Number(headers.get("Retry-After")) * 1_000 || BUSY_MS;
      this.#busyUntil = Date.now() + Math.min(wished, LONGEST_BUSY_MS);
      throw new EntranceError("microsoft_busy", { details: "status 429" });
    }
    if (status >= 500) throw new EntranceError("microsoft_unreachable", { details: `status ${status}` });
  }
}
