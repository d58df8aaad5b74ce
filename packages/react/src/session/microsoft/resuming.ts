/** Goes on with a sign-in that an earlier page load began: by redirect, or beside an open window. */
import type { AuthenticationResult } from "@azure/msal-browser";
import { toAccount } from "../account.js";
import { mustStillBe } from "../begun.js";
import { EntranceError } from "../errors.js";
import { refused } from "../signInResult.js";
import { forgetEnded, REDEEMED } from "../stored/attempt.js";
import { recall } from "../stored/underWay.js";
import { surviveReload } from "./exchange.js";
import type { Microsoft, Page } from "./microsoft.js";
import { fromMsal } from "./msal/msalErrors.js";
import { activate } from "./windows/interaction.js";
import type { Returned } from "./windows/redirect.js";

/** Returns the answer of a redirect that was no sign-in, or null. */
export async function resume(
  page: Page,
  microsoft: Microsoft,
  { answer, error }: Returned,
): Promise<AuthenticationResult | null> {
  const { signIns } = microsoft;
  const hasDjango = page.django !== null;
  const attempt = recall();
  const isSignIn = attempt === "" || attempt === REDEEMED;
  const isAnother = answer !== null && activate(microsoft.msal, answer);
  const lost = attempt === "" && !answer && !error ? new EntranceError("interrupted") : null;
  let reason = error ?? lost;
  if (isSignIn && hasDjango && !reason) {
    reason = await surviveReload(() => finish(page, microsoft, answer)).then(() => null, fromMsal);
  }
  page.known(reason);
  if (attempt && !isSignIn) signIns.conversations.awaitOrphan(attempt, () => signIns.askAgain(attempt));
  else forgetEnded();
  if (reason && isSignIn) page.signInListeners.tell(refused(reason), false);
  else if (hasDjango ? isSignIn : answer && (isSignIn || (isAnother && !page.own.account))) {
    page.signInListeners.tell(signIns.resultOf(answer), !isSignIn);
  }
  return isSignIn ? null : answer;
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
