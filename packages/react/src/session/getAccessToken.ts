/** An access token for the caller's own use, such as for another API than the application's. */
import type { AuthenticationResult } from "@azure/msal-browser";
import type { Account } from "./account.js";
import type { Connection } from "./conversations.js";
import { EntranceError } from "./errors.js";
import { askSilently } from "./exchange.js";
import { fromMsal } from "./msalErrors.js";
import { pageSession } from "./pageSession.js";
import type { SessionStore } from "./session.js";

/** What {@link getAccessToken} asks for. */
export interface AccessTokenOptions {
  /** Scopes of one API, such as `["User.Read"]` of Microsoft Graph. Default: those of the application's own API. */
  readonly scopes?: readonly string[];
}

/**
 * Returns an access token of the signed-in person, from MSAL's cache or silently from Microsoft.
 *
 * You send it: unlike `authorizedFetch`, nothing checks its destination. Rejects with an EntranceError:
 * `interaction_required` if Microsoft wants to see the person, `not_signed_in` without a person who Microsoft knows.
 */
export async function getAccessToken(options: AccessTokenOptions = {}): Promise<string> {
  return tokenOf(pageSession(), options);
}

/** `getAccessToken` of a session. */
export async function tokenOf(store: SessionStore, { scopes }: AccessTokenOptions): Promise<string> {
  if (store.django) await store.opened();
  const { django } = store;
  const person = django?.account;
  if (django && !person?.objectId) throw new EntranceError("not_signed_in"); // no one, or an own login
  return person ? (await ofDjangosPerson(await store.ready(), person, scopes)).accessToken : store.token({ scopes });
}

/** MSAL's cache may hold no account, or another one: Django's session may have begun without this page. */
function ofDjangosPerson(
  { msal, config }: Connection,
  person: Account,
  scopes: readonly string[] = config.scopes,
): Promise<AuthenticationResult> {
  return askSilently(msal, { scopes, forceRefresh: false }, person).catch((error) => {
    throw fromMsal(error);
  });
}
