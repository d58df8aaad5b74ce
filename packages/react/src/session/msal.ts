/** Makes the MSAL instance a checked configuration asks for. */
import {
  type Configuration,
  EventType,
  type IPublicClientApplication,
  PublicClientApplication,
} from "@azure/msal-browser";
import { removeLateTokens } from "./cachedAccounts.js";
import type { CheckedConfig } from "./config.js";

/** MSAL counts the person's time too and closes the window under their hands, so ten minutes instead of one. */
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
      clientCapabilities: ["CP1"], // says that authorizedFetch answers claims challenges
    },
    cache: { cacheLocation: "localStorage" },
    system: { popupBridgeTimeout: POPUP_TIMEOUT_MS },
  };
}

/** MSAL tells these to all tabs. */
const TOLD_TO_ALL: readonly EventType[] = [
  EventType.LOGIN_SUCCESS,
  EventType.LOGOUT_SUCCESS,
  EventType.ACTIVE_ACCOUNT_CHANGED,
];
const HELD_BACK_MS = 300;

/** A new instance, not initialised yet. */
export function createMsal(config: CheckedConfig): IPublicClientApplication {
  const msal = new PublicClientApplication(toMsalConfiguration(config));
  removeLateTokens(msal);
  holdBack(msal);
  return msal;
}

/**
 * Tells later what MSAL tells to all tabs: such an event may come before another tab's account is decrypted here, and
 * MSAL strikes an account that it cannot read off its list, for all tabs.
 */
export function holdBack(msal: IPublicClientApplication): void {
  const add = msal.addEventCallback.bind(msal);
  msal.addEventCallback = (callback, types) =>
    add((message) => {
      if (TOLD_TO_ALL.includes(message.eventType)) setTimeout(callback, HELD_BACK_MS, message);
      else callback(message);
    }, types);
}
