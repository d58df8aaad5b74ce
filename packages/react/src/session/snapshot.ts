/** What views show of the page's session. */
import type { IPublicClientApplication } from "@azure/msal-browser";
import { type Account, sameAccount } from "./account.js";
import type { EntranceError } from "./errors.js";

/** State of the page's session. `error` of a signed-out session says why the last sign-in failed. */
export type Session =
  | { readonly status: "starting" }
  | { readonly status: "failed"; readonly error: EntranceError; retry(): void }
  | { readonly status: "signed-out"; readonly error: EntranceError | null }
  | {
      readonly status: "signed-in";
      readonly account: Account;
      /** With `session="django"`: whether Microsoft or an own login of the site started the Django session. */
      readonly via?: "entra" | "password";
    };

/** Options of a sign-in. */
export interface SignInOptions {
  /** User name to suggest, such as `ada@contoso.example`. */
  readonly loginHint?: string;
  /** `select_account` shows the account picker, `login` asks for the password again. */
  readonly prompt?: "select_account" | "login";
}

/** Options of a sign-out. */
export interface SignOutOptions {
  /** With `session="django"`: whether to sign out at Microsoft, too. Without that session this is always done. */
  readonly everywhere?: boolean;
}

/** Everything that views show. Each change makes a new object. */
export interface Snapshot {
  readonly session: Session;
  /** Whether a sign-in window is open, or the page is about to redirect. */
  readonly busy: boolean;
  /** Why the last sign-in or sign-out failed. */
  readonly error: EntranceError | null;
  readonly msal: IPublicClientApplication | null;
}

export const STARTING: Snapshot = { session: { status: "starting" }, busy: false, error: null, msal: null };

/** Returns the session of an account, or the one before if it is the same. */
export function signedIn(before: Session, account: Account, via?: "entra" | "password"): Session {
  const isSame = before.status === "signed-in" && before.via === via && sameAccount(before.account, account);
  return isSame ? before : { status: "signed-in", account, ...(via && { via }) };
}

/** Returns the session of no one, or the one before if it is the same. */
export function signedOut(before: Session, error: EntranceError | null): Session {
  return before.status === "signed-out" && before.error === error ? before : { status: "signed-out", error };
}
