/** Every sentence and label that the package shows, as one table, and the default. */
import { type EntranceErrorCode, sentences } from "../session/errors.js";

/**
 * Texts of one language. `{account}` and other names in braces are placeholders.
 *
 * A table holds strings only, so that a server component can pass it on.
 */
export interface Texts {
  /** BCP 47 tag of the language, by which dates are written. */
  readonly lang: string;
  readonly signInWithMicrosoft: string;
  readonly signIn: string;
  readonly continueWithMicrosoft: string;
  /** Hint on a button while its window is open. */
  readonly windowOpen: string;
  readonly loading: string;
  readonly tryAgain: string;
  readonly dismiss: string;
  /** Button of the banner while Microsoft wants to see the person again. */
  readonly confirmSignIn: string;
  readonly connectMicrosoft: string;
  /** Placeholder: `{account}`. */
  readonly connectAccount: string;
  readonly connected: string;
  readonly yourPassword: string;
  /** Name of the account menu's button. Placeholder: `{name}`, which the button shows. */
  readonly accountOf: string;
  readonly viaMicrosoft: string;
  readonly viaPassword: string;
  readonly microsoftAccounts: string;
  readonly noMicrosoftAccount: string;
  /** A connected account without a known user name. Placeholder: `{id}`, the first part of its object id. */
  readonly otherAccount: string;
  /** Placeholder: `{date}`. */
  readonly connectedOn: string;
  readonly sessions: string;
  readonly thisSession: string;
  readonly otherSession: string;
  /** Placeholder: `{time}`. */
  readonly since: string;
  readonly endSession: string;
  /** Name of the button that ends a session. Placeholder: `{time}`. */
  readonly endSessionSince: string;
  readonly sessionEnded: string;
  /** Link to Django's page of the account. */
  readonly manageAccount: string;
  readonly signOut: string;
  readonly signOutEverywhere: string;
  /** An unexpected error with Microsoft's number. Placeholder: `{number}`, such as AADSTS90002. */
  readonly unexpectedNumber: string;
  /** The sentence of each error. */
  readonly errors: Readonly<Record<EntranceErrorCode, string>>;
}

/** English, the default. The sentences of the errors come with the rest of the session, right after the first paint. */
export const english: Texts = {
  lang: "en",
  signInWithMicrosoft: "Sign in with Microsoft",
  signIn: "Sign in",
  continueWithMicrosoft: "Continue with Microsoft",
  windowOpen: "The sign-in window is open. Activate again to bring it to the front.",
  loading: "Loading…",
  tryAgain: "Try again",
  dismiss: "Dismiss",
  confirmSignIn: "Confirm with Microsoft",
  connectMicrosoft: "Connect Microsoft",
  connectAccount: "Connect {account}",
  connected: "Microsoft is connected.",
  yourPassword: "Your password here",
  accountOf: "Account of {name}",
  viaMicrosoft: "Signed in with Microsoft",
  viaPassword: "Signed in with a password",
  microsoftAccounts: "Microsoft accounts",
  noMicrosoftAccount: "No Microsoft account is connected.",
  otherAccount: "Account {id}",
  connectedOn: "connected on {date}",
  sessions: "Sessions",
  thisSession: "This session",
  otherSession: "Another session",
  since: "since {time}",
  endSession: "End",
  endSessionSince: "End the session since {time}",
  sessionEnded: "The session has ended.",
  manageAccount: "Manage account",
  signOut: "Sign out",
  signOutEverywhere: "Sign out everywhere",
  unexpectedNumber: "Signing in failed with error {number}. Tell your administrator this number.",
  errors: sentences as Texts["errors"],
};

/** Replaces the placeholders of a text. */
export function fill(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/\{(\w+)\}/g, (placeholder, name: string) => values[name] ?? placeholder);
}
