/** Microsoft's token starts the Django session, and starts it anew without the person. */
import type { AuthenticationResult, IPublicClientApplication } from "@azure/msal-browser";
import { type Account, samePerson, toAccount } from "../account.js";
import type { CheckedConfig } from "../config/config.js";
import { refuseForeignOrigin } from "../config/origins.js";
import type { DjangoSession } from "../django/djangoSession.js";
import { EntranceError } from "../errors.js";
import { beginInWindow, REDEEMED } from "../stored/attempt.js";
import { forget } from "../stored/underWay.js";
import { isRetryable } from "../waiting/limit.js";
import { fromMsal } from "./msal/msalErrors.js";

/** Starts the Django session. A session that starts although `signal` was aborted meanwhile is ended. */
export async function exchange(
  django: DjangoSession,
  { apiOrigins }: CheckedConfig,
  { accessToken }: AuthenticationResult,
  signal: AbortSignal,
): Promise<void> {
  refuseForeignOrigin(django.url, apiOrigins);
  await django.begin(accessToken);
  if (signal.aborted) await django.end();
  signal.throwIfAborted();
}

/** Does `work`, which a reload of the page repeats if it got no answer, as when the page is left meanwhile. */
export async function surviveReload(work: () => Promise<void>): Promise<void> {
  beginInWindow(REDEEMED);
  try {
    await work();
  } catch (error) {
    if (!isRetryable(fromMsal(error))) forget();
    throw error;
  }
  forget();
}

interface SilentWish {
  readonly scopes: readonly string[];
  readonly claims?: string | undefined;
  /** Default: true. Otherwise a token of MSAL's cache will do. */
  readonly forceRefresh?: boolean;
}

/** Asks Microsoft for a token of the person, without the person. A page sign-in left no account in the browser. */
export async function askSilently(
  msal: IPublicClientApplication,
  { scopes, claims, forceRefresh = true }: SilentWish,
  person: Account,
): Promise<AuthenticationResult> {
  const request = { scopes: [...scopes], ...(claims !== undefined && { claims }) };
  const account = msal.getAllAccounts().find((each) => samePerson(toAccount(each), person));
  const answer = account
    ? await msal.acquireTokenSilent({ ...request, account, forceRefresh })
    : await msal.ssoSilent({ ...request, loginHint: person.username });
  if (!samePerson(toAccount(answer.account), person)) throw new EntranceError("account_changed");
  return answer;
}
