/** The errors of this package: a code for programs, a message for people. */
import { onePerPage } from "./onePerPage.js";

/** Code of an {@link EntranceError}. The README says when each occurs. */
export type EntranceErrorCode =
  | "sign_in_cancelled"
  | "interrupted"
  | "popup_closed"
  | "popup_timed_out"
  | "popup_blocked"
  | "not_assigned"
  | "access_denied"
  | "consent_required"
  | "interaction_required"
  | "network"
  | "offline"
  | "library_unreachable"
  | "microsoft_unreachable"
  | "microsoft_busy"
  | "django_unreachable"
  | "config_unreachable"
  | "config_invalid"
  | "storage_unavailable"
  | "storage_partitioned"
  | "insecure_context"
  | "not_signed_in"
  | "account_changed"
  | "authorization_given"
  | "origin_refused"
  | "provider_missing"
  | "several_providers"
  | "account_exists"
  | "already_connected"
  | "ticket_refused"
  | "password_needed"
  | "last_way_in"
  | "app_role_missing"
  | "scope_missing"
  | "overage_unresolved"
  | "graph_unreachable"
  | "unexpected";

/** What may fail before all sentences are there. */
type EarlyCode = "offline" | "library_unreachable" | "not_signed_in" | "provider_missing" | "several_providers";

export const EARLY_SENTENCES: Readonly<Record<EarlyCode, string>> = {
  offline: "You are offline. Connect to the network and try again.",
  library_unreachable: "A part of this page that signing in needs could not be loaded. Please try again.",
  not_signed_in: "You are not signed in.",
  provider_missing: "No <EntranceProvider> has been rendered on this page yet.",
  several_providers: "This page has providers with different configurations. Render one <EntranceProvider> only.",
};

/** The English sentences that are known by now: all of them, once the rest of the session is loaded. */
export const sentences: Partial<Record<EntranceErrorCode, string>> = onePerPage("sentences", () => ({
  ...EARLY_SENTENCES,
}));

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
    super(
      options.message ?? sentences[code] ?? `The sign-in failed: ${code}.`,
      options.cause === undefined ? {} : { cause: options.cause },
    );
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

/** Returns the error of a part that gave no answer: `offline` if the browser is. */
export function unreachable(code: EntranceErrorCode, options: EntranceErrorOptions): EntranceError {
  if (!isOffline()) return new EntranceError(code, options);
  return new EntranceError("offline", { ...options, message: EARLY_SENTENCES.offline });
}
