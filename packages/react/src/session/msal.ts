/** Makes the MSAL instance a checked configuration asks for. */
import { type Configuration, type IPublicClientApplication, PublicClientApplication } from "@azure/msal-browser";
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

/** A new instance, not initialised yet. */
export function createMsal(config: CheckedConfig): IPublicClientApplication {
  return new PublicClientApplication(toMsalConfiguration(config));
}
