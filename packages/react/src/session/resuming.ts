/** Goes on with a sign-in that an earlier page load began: by redirect, or beside an open window. */
import type { AuthenticationResult } from "@azure/msal-browser";
import type { Connection } from "./conversations.js";
import { EntranceError } from "./errors.js";
import { activate } from "./interaction.js";
import { fromMsal } from "./msalErrors.js";
import type { Returned } from "./redirect.js";
import { refused } from "./signInResult.js";
import type { SignIns } from "./signIns.js";
import { forgetEnded, REDEEMED, recall } from "./underWay.js";

/** What it needs of the page's session. */
interface ResumingPage {
  readonly signIns: SignIns;
  /** Whether Microsoft's token starts a Django session. */
  readonly hasDjango: boolean;
  readonly signal: AbortSignal;
  /** From here on it is known who is signed in. */
  known(error: EntranceError | null): void;
}

/** Returns the answer of a redirect that was no sign-in, or null. */
export async function resume(
  page: ResumingPage,
  connection: Connection,
  { answer, error }: Returned,
): Promise<AuthenticationResult | null> {
  const { signIns, hasDjango } = page;
  const { conversations } = signIns;
  const attempt = recall();
  const isSignIn = attempt === "" || attempt === REDEEMED;
  const isAnother = answer !== null && activate(connection.msal, answer);
  const lost = attempt === "" && !answer && !error ? new EntranceError("interrupted") : null;
  let reason = error ?? lost;
  if (isSignIn && hasDjango && !reason) reason = await finish(page, connection, answer).then(() => null, fromMsal);
  page.known(reason);
  if (attempt && !isSignIn) conversations.awaitOrphan(attempt, () => signIns.askAgain(attempt));
  else forgetEnded();
  if (reason && isSignIn) conversations.listeners.tell(refused(reason), false);
  else if (hasDjango ? isSignIn : answer && (isSignIn || isAnother)) {
    conversations.listeners.tell(signIns.resultOf(answer), !isSignIn);
  }
  return isSignIn ? null : answer;
}

/** Starts the Django session of a sign-in that an earlier page load began. */
async function finish(
  { signIns, signal }: ResumingPage,
  { msal, config }: Connection,
  answer: AuthenticationResult | null,
): Promise<void> {
  const account = msal.getActiveAccount();
  if (!account) throw new EntranceError("interrupted");
  const redeemed = answer ?? (await msal.acquireTokenSilent({ scopes: [...config.scopes], account }));
  await signIns.exchange(config, redeemed, signal);
}
