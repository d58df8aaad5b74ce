/** Goes on with a sign-in that an earlier page load began: by redirect, or beside an open window. */
import type { AuthenticationResult, IPublicClientApplication } from "@azure/msal-browser";
import { type Account, keyOf, toAccount } from "../account.js";
import { mustStillBe } from "../begun.js";
import { EntranceError, toError } from "../errors.js";
import { refused } from "../signInResult.js";
import { forgetAsker, hasAsker, mustBeAskers } from "../stored/asker.js";
import { forgetEnded, REDEEMED } from "../stored/attempt.js";
import { recall } from "../stored/underWay.js";
import { surviveReload } from "./exchange.js";
import type { Microsoft, Page } from "./microsoft.js";
import { removeAnswer } from "./msal/cachedAccounts.js";
import { fromMsal } from "./msal/msalErrors.js";
import { activate } from "./windows/interaction.js";
import type { Returned } from "./windows/redirect.js";

/** Returns the answer of a redirect that was no sign-in, or null. */
export async function resume(
  page: Page,
  microsoft: Microsoft,
  returned: Returned,
): Promise<AuthenticationResult | null> {
  const { signIns, msal } = microsoft;
  const { answer, error } = await admitted(page, msal, returned);
  const attempt = recall();
  const isExchange = attempt === "" || attempt === REDEEMED;
  const isSignIn = isExchange && !hasAsker();
  const before = keyOf(accountOf(page));
  const isAnother = answer !== null && activate(msal, answer);
  const lost = attempt === "" && !answer && !error ? new EntranceError("interrupted") : null;
  let reason = error ?? lost;
  if (isExchange && page.django && !reason) {
    reason = await surviveReload(() => finish(page, microsoft, answer)).then(() => null, fromMsal);
  }
  page.known(reason);
  if (attempt && !isExchange) signIns.conversations.awaitOrphan(attempt, () => signIns.askAgain(attempt));
  else forgetEnded();
  if (isExchange) forgetAsker();
  const isNew = page.django ? isSignIn || before !== keyOf(page.account) : isSignIn ? answer : isAnother;
  const { signInListeners } = page;
  if (reason && isSignIn) signInListeners.tell(refused(reason), false);
  else if (!reason && isNew && (isSignIn || !page.own.account)) {
    signInListeners.tell(signIns.resultOf(answer), !isSignIn);
  }
  return isExchange ? null : answer;
}

/** Who is signed in while the page does not show it yet. */
function accountOf({ own, django, account }: Page): Account | null {
  return own.account ?? (django ? django.account : account);
}

/** An answer for someone who is no longer signed in does not count, and is removed from the cache. */
async function admitted(page: Page, msal: IPublicClientApplication, { answer, error }: Returned): Promise<Returned> {
  try {
    if (answer) mustBeAskers(accountOf(page));
    return { answer, error };
  } catch (reason) {
    await removeAnswer(msal, answer as AuthenticationResult);
    return { answer: null, error: toError(reason) };
  }
}

/**
 * Starts the Django session of a sign-in that an earlier page load began. An exchange that got no answer is not repeated
 * once another person is signed in.
 */
async function finish(
  { cancellation, django }: Page,
  { msal, config, signIns }: Microsoft,
  answer: AuthenticationResult | null,
): Promise<void> {
  const account = msal.getActiveAccount();
  if (!account) throw new EntranceError("interrupted");
  if (!answer) mustStillBe(toAccount(account), django?.account ?? toAccount(account));
  const redeemed = answer ?? (await msal.acquireTokenSilent({ scopes: [...config.scopes], account }));
  await signIns.exchange(redeemed, cancellation.signal);
}
