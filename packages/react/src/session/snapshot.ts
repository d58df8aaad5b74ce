/** What views show of the page's session. */
import type { IPublicClientApplication } from "@azure/msal-browser";
import type { Account } from "./account.js";
import type { EntranceError } from "./errors.js";
import type { SignInResult } from "./signInResult.js";

/** Which login let the person in: Microsoft, or an own login of the site. */
export type Door = "entra" | "password";

/** A signed-in person. */
export interface SignedInPerson {
  readonly account: Account;
  /** With `session="django"` or an own login: which of them let the person in. */
  readonly via?: Door;
  /** App roles. Empty without a Django session. */
  readonly roles: readonly string[];
  /** Names of the Django groups: those that `ACCESS` gave, and others. Empty without a Django session. */
  readonly groups: readonly string[];
}

/** State of the page's session. `error` of a signed-out session says why the last sign-in failed. */
export type Session =
  | { readonly status: "starting" }
  | { readonly status: "failed"; readonly error: EntranceError; retry(): void }
  | {
      readonly status: "signed-out";
      readonly error: EntranceError | null;
      /** Takes the error away. */
      dismiss(): void;
    }
  /** The sign-in window is open, or the page is about to leave for Microsoft, or a click waits for MSAL. */
  | { readonly status: "signing-in" }
  | ({ readonly status: "signed-in" } & SignedInPerson)
  /** Signed in, but Microsoft wants to see the person again: nothing that the page shows has to go. */
  | ({
      readonly status: "needs-interaction";
      readonly error: EntranceError;
      /** Opens Microsoft's window. Call it directly in a click handler. Never rejects. */
      confirm(): Promise<SignInResult>;
    } & SignedInPerson);

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
  /** Page to go to after it: a path of this page's origin, such as `/goodbye/`. */
  readonly returnTo?: string;
}

/** Everything that views show. Each change makes a new object. */
export interface Snapshot {
  readonly session: Session;
  /** Whether a sign-in window is open, or the page is about to redirect, or a click waits for MSAL. */
  readonly busy: boolean;
  /** Why the last sign-in or sign-out failed. */
  readonly error: EntranceError | null;
  readonly msal: IPublicClientApplication | null;
}

export const STARTING: Snapshot = { session: { status: "starting" }, busy: false, error: null, msal: null };
