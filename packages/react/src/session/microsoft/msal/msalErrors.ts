/** Translates MSAL's errors. No other module knows their codes. */
import type { AuthError } from "@azure/msal-browser";
import { EntranceError, type EntranceErrorCode, toError, unreachable } from "../../errors.js";

/**
 * Microsoft may change the numbers, so `error` and `suberror` decide wherever they suffice. MSAL passes nothing else on
 * for these four (only `access_denied` or `interaction_required`). If one changes, people see the general message.
 *
 * Microsoft's list: https://learn.microsoft.com/entra/identity-platform/reference-error-codes
 */
const BY_AADSTS: ReadonlyMap<number, EntranceErrorCode> = new Map([
  [50105, "not_assigned"],
  [65004, "sign_in_cancelled"],
  [90094, "consent_required"],
  [90095, "consent_required"],
]);

const BY_MSAL_CODE: ReadonlyMap<string, EntranceErrorCode> = new Map([
  ["access_denied", "access_denied"],
  ["consent_required", "consent_required"],
  ["user_cancelled", "sign_in_cancelled"],
  ["interaction_in_progress_cancelled", "sign_in_cancelled"],
  ["state_mismatch", "interrupted"],
  ["timed_out", "popup_timed_out"],
  ["popup_window_error", "popup_blocked"],
  ["empty_window_error", "popup_blocked"],
  ["redirect_in_iframe", "popup_blocked"],
  ["offline", "offline"],
  ["microsoft_busy", "microsoft_busy"],
  ["microsoft_unreachable", "microsoft_unreachable"],
  ["no_network_connectivity", "microsoft_unreachable"],
  ["network_error", "microsoft_unreachable"],
  ["post_request_failed", "microsoft_unreachable"],
  ["get_request_failed", "microsoft_unreachable"],
  ["endpoints_resolution_error", "microsoft_unreachable"],
  ["openid_config_error", "microsoft_unreachable"],
  ["failed_to_parse_response", "microsoft_unreachable"],
  ["storage_partitioned", "storage_partitioned"],
  ["authority_uri_insecure", "config_invalid"],
  ["untrusted_authority", "config_invalid"],
  ["crypto_nonexistent", "insecure_context"],
  ["storage_not_supported", "storage_unavailable"],
  ["no_account_error", "not_signed_in"],
]);

const WITH_NUMBER: { readonly [code in EntranceErrorCode]?: (aadsts: number) => string } = {
  unexpected: (aadsts) => `Signing in failed with error AADSTS${aadsts}. Tell your administrator this number.`,
  interrupted: (aadsts) => `The sign-in was interrupted (AADSTS${aadsts}). You can try again.`,
};

/** Storage is forbidden, or full. */
const NO_STORAGE: readonly string[] = ["SecurityError", "QuotaExceededError", "NS_ERROR_DOM_QUOTA_REACHED"];

/** Converts any thrown value to an EntranceError. */
export function fromMsal(error: unknown): EntranceError {
  if (error instanceof EntranceError) return error;
  if (error instanceof DOMException && NO_STORAGE.includes(error.name)) return new EntranceError("storage_unavailable");
  if (isAuthError(error)) return fromAuthError(error);
  return toError(error);
}

/** Whether MSAL threw it. Classes are not compared, since MSAL is loaded only where it is needed. */
function isAuthError(error: unknown): error is AuthError {
  return error instanceof Error && typeof Reflect.get(error, "errorCode") === "string";
}

/** Whether Microsoft or MSAL demands interaction. Claims that it demands are in `claims`. */
export function isInteractionRequired(error: unknown): error is AuthError & { readonly claims: string } {
  return isAuthError(error) && error.name === "InteractionRequiredAuthError";
}

/** Whether interaction is required: MSAL says so, or its hidden frame got no response. */
export function needsInteraction(error: unknown): boolean {
  return isInteractionRequired(error) || hasCode(error, "timed_out");
}

/** Whether MSAL mistook the window of an earlier page load for a redirect without a request. */
export function isStale(error: unknown): boolean {
  return hasCode(error, "no_token_request_cache_error");
}

/** Whether the browser refused to open the window. */
export function isPopupBlocked(error: unknown): boolean {
  return isAuthError(error) && BY_MSAL_CODE.get(error.errorCode) === "popup_blocked";
}

/** Whether MSAL threw an error with this code. */
export function hasCode(error: unknown, code: string): boolean {
  return isAuthError(error) && error.errorCode === code;
}

function fromAuthError(error: AuthError): EntranceError {
  const aadsts = aadstsOf(error);
  const code = codeOf(error, aadsts);
  const details = [error.errorCode, error.subError, error.correlationId && `correlation id ${error.correlationId}`]
    .filter(Boolean)
    .join(", ");
  if (code === "microsoft_unreachable") return unreachable(code, { details });
  const message = aadsts === null ? undefined : WITH_NUMBER[code]?.(aadsts);
  return new EntranceError(code, { ...(message && { message }), aadsts, details });
}

function codeOf(error: AuthError, aadsts: number | null): EntranceErrorCode {
  if (error.subError === "failed_to_redirect") return "microsoft_unreachable";
  if (error.name === "CacheError") return "storage_unavailable"; // MSAL wraps it twice, and the code is lost
  if (error.subError === "consent_required") return "consent_required";
  const known = (aadsts !== null && BY_AADSTS.get(aadsts)) || BY_MSAL_CODE.get(error.errorCode);
  if (known) return known;
  if (isInteractionRequired(error)) return "interaction_required";
  return error.errorCode === "invalid_grant" ? "interrupted" : "unexpected"; // the code was redeemed before or has expired
}

function aadstsOf(error: AuthError & { readonly errorNo?: string }): number | null {
  const number = error.errorNo ?? /AADSTS(\d+)/.exec(error.errorMessage)?.[1];
  return number !== undefined && /^\d+$/.test(number) ? Number(number) : null;
}
