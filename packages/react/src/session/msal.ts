/** Creates the MSAL instance for a validated configuration. */
import type { Configuration, EventType, IPublicClientApplication } from "@azure/msal-browser";
import { removeLateTokens } from "./cachedAccounts.js";
import type { CheckedConfig } from "./config.js";
import { networkError } from "./errors.js";
import { ACTIVE_ACCOUNT_CHANGED, LOGIN_SUCCESS, LOGOUT_SUCCESS } from "./msalEvents.js";

/** MSAL closes the window after this time, even while the person types. Its default is one minute. */
const POPUP_TIMEOUT_MS: number = 10 * 60 * 1000;

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
    system: { popupBridgeTimeout: POPUP_TIMEOUT_MS },
  };
}

/** Events that MSAL sends to all tabs. */
export const ACCOUNT_EVENTS: EventType[] = [LOGIN_SUCCESS, LOGOUT_SUCCESS, ACTIVE_ACCOUNT_CHANGED];
const DELAY_MS = 300;

/** Loads MSAL, and returns a new instance that is not initialised. A page that needs no MSAL does not load it. */
export async function createMsal(config: CheckedConfig): Promise<IPublicClientApplication> {
  const { PublicClientApplication } = await import("./msalLibrary.js").catch(() => {
    throw networkError("import of @azure/msal-browser");
  });
  const msal = new PublicClientApplication(toMsalConfiguration(config));
  removeLateTokens(msal);
  delayBroadcasts(msal);
  return msal;
}

/**
 * Delays the events that MSAL sends to all tabs. Such an event may arrive before this tab can decrypt the account, and
 * MSAL removes an account that it cannot read, for all tabs.
 */
export function delayBroadcasts(msal: IPublicClientApplication): void {
  const add = msal.addEventCallback.bind(msal);
  msal.addEventCallback = (callback, types) =>
    add((message) => {
      if (ACCOUNT_EVENTS.includes(message.eventType)) setTimeout(callback, DELAY_MS, message);
      else callback(message);
    }, types);
}
