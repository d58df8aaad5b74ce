/** Makes MSAL's instance, and what it needs beside itself. Loaded with MSAL only: import `msal.ts` instead. */
import {
  AuthError,
  type Configuration,
  InteractionRequiredAuthError,
  type IPublicClientApplication,
  PublicClientApplication,
} from "@azure/msal-browser";
import type { CheckedConfig } from "../../config/config.js";
import { EntranceError } from "../../errors.js";
import { LIMIT_MS } from "../../waiting/limit.js";
import { removeLateTokens } from "./cachedAccounts.js";
import { hasCode } from "./msalErrors.js";
import { NetworkClient } from "./networkClient.js";
import { isPartitioned } from "./partition.js";
import { mustReachMicrosoft } from "./reach.js";
import { shareCache } from "./sharedCache.js";

/** MSAL closes the window after this time, even while the person types. Its default is one minute. */
const POPUP_TIMEOUT_MS: number = 10 * 60 * 1000;

/** MSAL's default is ten seconds. After it, `explainSilence` may ask for two more. */
const HIDDEN_FRAME_TIMEOUT_MS = 7_000;

/** For a tab that starts MSAL at the same time. */
const PATIENCE_MS = 2_000;

/** MSAL's own configuration: https://learn.microsoft.com/entra/msal/javascript/browser/configuration */
export function toMsalConfiguration(config: CheckedConfig): Configuration {
  const { authorityMetadata } = config;
  return {
    auth: {
      clientId: config.clientId,
      authority: config.authority,
      knownAuthorities: [...config.knownAuthorities],
      ...(authorityMetadata && { authorityMetadata: JSON.stringify(authorityMetadata) }),
      redirectUri: config.redirectUri,
      postLogoutRedirectUri: config.postLogoutRedirectUri,
      clientCapabilities: ["CP1"], // authorizedFetch handles claims challenges
    },
    cache: { cacheLocation: "localStorage" },
    system: {
      popupBridgeTimeout: POPUP_TIMEOUT_MS,
      iframeBridgeTimeout: HIDDEN_FRAME_TIMEOUT_MS,
      redirectNavigationTimeout: LIMIT_MS,
      networkClient: new NetworkClient(),
    },
  };
}

/** Returns a new instance that is not initialised. Throws `storage_unavailable` or `storage_partitioned`. */
export function makeMsal(config: CheckedConfig): IPublicClientApplication {
  mustStore();
  const msal = new PublicClientApplication(toMsalConfiguration(config));
  removeLateTokens(msal);
  shareCache(msal);
  startAlone(msal);
  explainSilence(msal, () => mustReachMicrosoft(config));
  refusePartition(msal);
  return msal;
}

/** MSAL would go on without a storage, and lose the person at the next reload. */
function mustStore(): void {
  try {
    if (localStorage && sessionStorage) return; // null in a web view without storage
  } catch {} // forbidden
  throw new EntranceError(isPartitioned() ? "storage_partitioned" : "storage_unavailable");
}

/** Two tabs that start at once would each make a key of their own for the cache that they share. */
export function startAlone(msal: IPublicClientApplication): void {
  const initialize = msal.initialize.bind(msal);
  msal.initialize = (request) => alone(() => initialize(request));
}

/** Does `work` while no other tab does. A tab that hangs is not waited for. */
function alone(work: () => Promise<void>): Promise<void> {
  const { locks } = navigator;
  if (!locks) return work(); // jsdom, and Safari before 15.4
  return new Promise((resolve, reject) => {
    const begin = (): Promise<void> => work().then(resolve, reject);
    locks.request("django-entrance.msal", { signal: AbortSignal.timeout(PATIENCE_MS) }, begin).catch(begin);
  });
}

/**
 * A hidden frame without a response does not say why. If Microsoft can be reached, it shows a page to the person there,
 * which no one sees: that is a demand for the person. Otherwise Microsoft, or the network, is the cause.
 */
export function explainSilence(msal: IPublicClientApplication, reach: () => Promise<void>): void {
  const explain = async (error: unknown): Promise<never> => {
    if (!hasCode(error, "timed_out")) throw error;
    const id = (error as AuthError).correlationId;
    await reach().catch(({ code, details }: EntranceError) => {
      throw new AuthError(code, id, "A hidden frame got no response", details ?? "");
    });
    throw new InteractionRequiredAuthError("interaction_required", id, "A hidden frame got no response");
  };
  const acquire = msal.acquireTokenSilent.bind(msal);
  const signIn = msal.ssoSilent.bind(msal);
  msal.acquireTokenSilent = (request) => acquire(request).catch(explain);
  msal.ssoSilent = (request) => signIn(request).catch(explain);
}

/** Opens no window that could not answer this page. */
export function refusePartition(msal: IPublicClientApplication): void {
  const open = msal.acquireTokenPopup.bind(msal);
  msal.acquireTokenPopup = (request) =>
    isPartitioned() ? Promise.reject(new AuthError("storage_partitioned", "")) : open(request);
}
