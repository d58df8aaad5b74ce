/** An access token for the person of the Django session, for the caller's own use. */
import type { Account } from "../account.js";
import { EntranceError } from "../errors.js";
import { askSilently } from "./exchange.js";
import type { Microsoft } from "./microsoft.js";
import { fromMsal, isInteractionRequired } from "./msal/msalErrors.js";

/** MSAL's cache may hold no account, or another one: Django's session may have begun without this page. */
export function tokenBesideDjango(
  { msal, config, confirmation }: Microsoft,
  person: Account,
  scopes: readonly string[] = config.scopes,
): Promise<string> {
  const work = async (): Promise<string> => {
    try {
      return (await askSilently(msal, { scopes, forceRefresh: false }, person)).accessToken;
    } catch (error) {
      const reason = fromMsal(error);
      if (!isInteractionRequired(error)) throw reason;
      confirmation.wishFor({ scopes: [...scopes], loginHint: person.username });
      throw new EntranceError("interaction_required", { details: reason.details });
    }
  };
  return confirmation.attempt({ person, what: JSON.stringify([undefined, scopes]), work });
}
