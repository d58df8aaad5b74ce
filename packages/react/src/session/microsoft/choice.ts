/** What the next sign-in asks Microsoft for, after what has happened before. */

import type { EntranceErrorCode } from "../errors.js";
import type { SignInOptions } from "../snapshot.js";
import type { Wish } from "./confirmation.js";
import type { InteractionRequest } from "./windows/interaction.js";

/** After these errors the next sign-in shows the account picker: the person may have used the wrong account. */
const WRONG_ACCOUNT: ReadonlySet<EntranceErrorCode | undefined> = new Set([
  "not_assigned",
  "access_denied",
  "consent_required",
  "account_exists",
  "popup_closed", // the only way out of Microsoft's error pages
]);

type Choice = Pick<InteractionRequest, "claims" | "loginHint" | "prompt">;

export const isWrongAccount = (code: EntranceErrorCode | undefined): boolean => WRONG_ACCOUNT.has(code);

/** A person who is demanded is suggested, unless the page or the person wants another one. */
export function choiceFor(options: SignInOptions, wish: Pick<Wish, "account" | "claims" | "loginHint">): Choice {
  const claims = wish.claims === undefined ? {} : { claims: wish.claims };
  const hint = wish.loginHint ?? wish.account?.username;
  const isOpen = options.prompt !== undefined || options.loginHint !== undefined || hint === undefined;
  return { ...claims, ...(isOpen ? {} : { loginHint: hint }), ...options };
}
