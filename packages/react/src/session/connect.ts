/** Starts MSAL, and makes what the session does with it. */
import type { IPublicClientApplication } from "@azure/msal-browser";
import { AccessTokens } from "./accessToken.js";
import type { CheckedConfig } from "./config.js";
import type { Confirmation } from "./confirmation.js";
import type { Connection } from "./conversations.js";
import { EntranceError } from "./errors.js";
import { ACCOUNT_EVENTS } from "./msalEvents.js";

/** What MSAL tells the page's session. */
interface ConnectedPage {
  readonly confirmation: Confirmation;
  /** Aborted by a sign-out. */
  readonly signal: AbortSignal;
  /** Someone has signed in or out, in this tab or another. */
  onAccountEvent(): void;
}

export async function connect(
  config: CheckedConfig,
  msal: IPublicClientApplication,
  page: ConnectedPage,
): Promise<Connection> {
  await msal.initialize();
  const tokens = new AccessTokens(msal, config.scopes, (request, keep, details) => {
    page.signal.throwIfAborted();
    page.confirmation.wishFor(request, keep);
    throw new EntranceError("interaction_required", { details });
  });
  msal.addEventCallback(() => page.onAccountEvent(), ACCOUNT_EVENTS);
  return { msal, config, tokens };
}
