/** The errors of this package: a code for programs, a message for people. */
import { onePerPage } from "./onePerPage.js";

/** The English sentence of each code. */
export const SENTENCES = {
  sign_in_cancelled: "The sign-in was cancelled. You can try again.",
  interrupted: "The sign-in was interrupted. You can try again.",
  popup_closed: "The sign-in window was closed before you were signed in. You can try again.",
  popup_timed_out: "The sign-in took too long and was stopped. Please try again.",
  popup_blocked: "The browser blocked the sign-in window. Allow pop-ups for this page and try again.",
  not_assigned:
    "Your account may not use this application yet. Ask your administrator to assign you to it, then try again.",
  access_denied: "Microsoft refused the sign-in for this account. Ask your administrator if you should have access.",
  consent_required:
    "This application has not been approved for your organisation yet. Ask your administrator to approve it.",
  interaction_required: "Your sign-in has to be confirmed. Please sign in again.",
  network: "The server could not be reached. Check your connection and try again.",
  offline: "You are offline. Connect to the network and try again.",
  library_unreachable: "A part of this page that signing in needs could not be loaded. Please try again.",
  microsoft_unreachable: "Microsoft could not be reached. Please try again in a moment.",
  microsoft_busy: "Microsoft has too many requests at the moment. Please try again in a minute.",
  django_unreachable: "This site did not say whether you are signed in. Please try again.",
  config_unreachable: "The sign-in settings of this application could not be loaded. Please try again.",
  config_invalid: "The sign-in settings of this application are wrong. Tell its administrator.",
  storage_unavailable: "The browser does not let this page store data. Allow it and try again.",
  storage_partitioned:
    "The browser keeps this page's data apart, because another site shows it. Open the page in a window of its own.",
  insecure_context: "Signing in works only on https addresses and on localhost.",
  not_signed_in: "You are not signed in.",
  account_changed: "The account has changed, so this was not sent. Check the account, then try again.",
  authorization_given: "The request has an Authorization header of its own already, so no token was added.",
  origin_refused: "This application may not send its access token to that address.",
  provider_missing: "No <EntranceProvider> has been rendered on this page yet.",
  several_providers: "This page has providers with different configurations. Render one <EntranceProvider> only.",
  account_exists:
    "An account with your address exists here already. Sign in to it as before, then connect Microsoft to it.",
  already_connected:
    "This Microsoft account belongs to another account here. Choose another one, or disconnect it there first.",
  ticket_refused: "Connecting took too long, or your password has changed meanwhile. Please try again.",
  password_needed: "Confirm with the password that you use here.",
  last_way_in: "This Microsoft account is your only way to sign in. Set a password first, then disconnect it.",
  app_role_missing:
    "This needs a role that you do not have. Sign in with Microsoft if you have not, or ask your administrator for it.",
  scope_missing: "This application lacks a permission that this needs. Tell its administrator.",
  overage_unresolved:
    "You are in too many groups for Microsoft to list, so your rights are not known. Tell your administrator.",
  graph_unreachable: "Microsoft did not say which groups you are in. Please try again in a minute.",
  unexpected: "Signing in failed for an unexpected reason. Please try again.",
} as const;

/** Code of an {@link EntranceError}. The README says when each occurs. */
export type EntranceErrorCode = keyof typeof SENTENCES;

/** Details of an {@link EntranceError}. */
export interface EntranceErrorOptions {
  readonly message?: string;
  readonly aadsts?: number | null;
  readonly details?: string | null;
  /** What a browser's own part threw, such as the TypeError of `fetch`. Never MSAL's error, which may hold a token. */
  readonly cause?: unknown;
}

/** All errors, of each copy of this package that a page has loaded: copies share their sessions. */
const errors: WeakSet<object> = onePerPage("errors", () => new WeakSet());

/** A refusal or failure. It never contains a token or the original MSAL error. */
export class EntranceError extends Error {
  readonly code: EntranceErrorCode;
  /** Number of Microsoft's AADSTS error, if there is one. */
  readonly aadsts: number | null;
  /** One line for the log: error codes and the correlation ID that an administrator can look up. */
  readonly details: string | null;

  constructor(code: EntranceErrorCode, options: EntranceErrorOptions = {}) {
    super(options.message ?? SENTENCES[code], options.cause === undefined ? {} : { cause: options.cause });
    this.name = "EntranceError";
    this.code = code;
    this.aadsts = options.aadsts ?? null;
    this.details = options.details ?? null;
    errors.add(this);
  }

  /** An error of another copy of this package is one, too. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    // biome-ignore lint/complexity/noThisInStatic: a subclass inherits this, and has fewer instances.
    return errors.has(value as object) && (this === EntranceError || super[Symbol.hasInstance](value));
  }
}

/** Converts a thrown value that is none of MSAL's to an EntranceError. */
export function toError(error: unknown): EntranceError {
  if (error instanceof EntranceError) return error;
  return new EntranceError("unexpected", { details: error instanceof Error ? error.name : typeof error });
}

/** Whether the browser says that it is offline. It may be wrong: a virtual machine, or a server on this machine. */
export function isOffline(): boolean {
  return navigator.onLine === false;
}

/** Returns the error of a request of the caller's that got no answer. Its message differs if the browser is offline. */
export function networkError(details: string, cause?: unknown): EntranceError {
  return new EntranceError("network", { ...(isOffline() && { message: SENTENCES.offline }), details, cause });
}

/** Returns the error of a part that gave no answer: `offline` if the browser is. */
export function unreachable(code: EntranceErrorCode, options: EntranceErrorOptions): EntranceError {
  if (!isOffline()) return new EntranceError(code, options);
  return new EntranceError("offline", { ...options, message: SENTENCES.offline });
}

/** Returns the error of a setting. */
export function invalid(reason: string): EntranceError {
  return new EntranceError("config_invalid", {
    message: `The sign-in settings of this application are wrong: ${reason}.`,
  });
}
