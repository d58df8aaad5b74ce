/** Says what the session is by what is known. */
import type { EntranceError } from "./errors.js";
import type { SignInResult } from "./signInResult.js";
import type { Session, SignedInPerson } from "./snapshot.js";

/** What is known once the session has started. */
export interface Facts {
  readonly person: SignedInPerson | null;
  readonly error: EntranceError | null;
  readonly busy: boolean;
  /** Why Microsoft wants to see the person, or null. */
  readonly demand: EntranceError | null;
  readonly confirm: () => Promise<SignInResult>;
  readonly dismiss: () => void;
}

/** Returns the session, or the one before if it is the same: views render again only after a change. */
export function sessionOf(before: Session, facts: Facts): Session {
  const now = describe(facts);
  return isSame(before, now) ? before : now;
}

function describe({ person, error, busy, demand, confirm, dismiss }: Facts): Session {
  if (person && demand) return { status: "needs-interaction", ...person, error: error ?? demand, confirm };
  if (person) return { status: "signed-in", ...person };
  return busy ? { status: "signing-in" } : { status: "signed-out", error, dismiss };
}

/** Errors are compared as objects: the same failure may happen twice. */
function isSame(one: Session, other: Session): boolean {
  return errorOf(one) === errorOf(other) && JSON.stringify(one) === JSON.stringify(other);
}

const errorOf = (session: Session): EntranceError | null => ("error" in session ? session.error : null);
