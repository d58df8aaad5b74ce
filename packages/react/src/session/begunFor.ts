/** What was begun for a person, or for no one, counts only while the same person is signed in. */
import { type Account, keyOf } from "./account.js";
import { EntranceError } from "./errors.js";

/** Remembers who is signed in. The result throws `account_changed` or `not_signed_in` once that is no longer true. */
export function begunFor(session: { readonly account: Account | null }): () => void {
  const before = keyOf(session.account);
  return () => {
    const now = keyOf(session.account);
    if (now !== before) throw new EntranceError(now && before ? "account_changed" : "not_signed_in");
  };
}
