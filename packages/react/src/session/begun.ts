/** What was begun for a person, or for no one, counts only while the same is signed in. */
import { type Account, keyOf } from "./account.js";
import { EntranceError } from "./errors.js";
import type { Session } from "./snapshot.js";

/** For whom something begins now: null for no one, undefined while it is not known who is signed in. */
export function personIn(session: Session): Account | null | undefined {
  if ("account" in session) return session.account;
  return session.status === "signed-out" || session.status === "signing-in" ? null : undefined;
}

/**
 * Compares the person for whom something was begun with the one who is signed in when it ends. Throws `not_signed_in` if
 * no one is, and `account_changed` if it is another person.
 */
export function mustStillBe(begun: Account | null | undefined, now: Account | null): void {
  if (begun === undefined || keyOf(begun) === keyOf(now)) return;
  throw new EntranceError(now ? "account_changed" : "not_signed_in");
}

/** Remembers who is signed in. The result throws, as `mustStillBe` does, once that is no longer true. */
export function begunFor(session: { readonly account: Account | null }): () => void {
  const begun = session.account;
  return () => mustStillBe(begun, session.account);
}
