/** Sessions by name, for tests of components. */
import type { Account } from "../session/account.js";
import { EntranceError, type EntranceErrorCode, type EntranceErrorOptions, sentences } from "../session/errors.js";
import { SENTENCES } from "../session/sentences.js";
import type { Door, Session, SignedInPerson } from "../session/snapshot.js";

Object.assign(sentences, SENTENCES); // a test makes errors, and no session starts

/** Who is signed in. Each member has a default: Ada Lovelace, without roles. Another name is another person. */
export interface TestingPerson extends Partial<Account> {
  readonly via?: Door;
  readonly roles?: readonly string[];
  readonly groups?: readonly string[];
}

/** Ada of entra-double's directory. */
const ADA: Account = {
  name: "Ada Lovelace",
  username: "ada@contoso.example",
  tenantId: "c0470500-0000-4000-a000-000000000001",
  objectId: "0a0a0a0a-0000-4000-a000-000000000001",
};

export const starting = (): Session => ({ status: "starting" });

export const signingIn = (): Session => ({ status: "signing-in" });

export const signedOut = (error: EntranceErrorCode | EntranceError | null = null): Session => ({
  status: "signed-out",
  error: toError(error),
  dismiss: () => {},
});

export const failed = (error: EntranceErrorCode | EntranceError): Session => ({
  status: "failed",
  error: toError(error),
  retry: () => {},
});

export const signedIn = (person: TestingPerson = {}): Extract<Session, { status: "signed-in" }> => ({
  status: "signed-in",
  ...toPerson(person),
});

export function needsInteraction(
  person: TestingPerson = {},
  error: EntranceErrorCode | EntranceError = "interaction_required",
): Session {
  const known = toPerson(person);
  const confirm = async () => ({ ok: true, account: known.account }) as const;
  return { status: "needs-interaction", ...known, error: toError(error), confirm };
}

/** Returns the error of a code, as the package itself makes it. */
export function errorOf(code: EntranceErrorCode, options?: EntranceErrorOptions): EntranceError {
  return new EntranceError(code, options);
}

function toError<T extends EntranceErrorCode | EntranceError | null>(error: T): EntranceError | Extract<T, null> {
  return (typeof error === "string" ? errorOf(error) : error) as EntranceError | Extract<T, null>;
}

/** An own login knows no tenant, as in a browser. */
function toPerson({ via, roles = [], groups = [], ...given }: TestingPerson): SignedInPerson {
  const { name = ADA.name, username = ADA.username } = given;
  const isAda = name === ADA.name && username === ADA.username;
  const ids =
    via === "password" ? { tenantId: "", objectId: "" } : { ...(!isAda && { objectId: `of ${name}, ${username}` }) };
  return { account: { ...ADA, ...ids, ...given }, ...(via && { via }), roles, groups };
}
