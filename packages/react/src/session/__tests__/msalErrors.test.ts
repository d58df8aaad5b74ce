import {
  AuthError,
  BrowserAuthError,
  ClientAuthError,
  InteractionRequiredAuthError,
  ServerError,
} from "@azure/msal-browser";
import { expect, test, vi } from "vitest";
import { EntranceError } from "../errors.js";
import { fromMsal, isPopupBlocked, needsInteraction } from "../microsoft/msal/msalErrors.js";

const serverError = (error: string, number: string, suberror = ""): ServerError =>
  new ServerError(error, "42", `AADSTS${number}: text`, suberror, number);

/** MSAL does not export the class. */
const cacheError = (errorCode: string): Error =>
  Object.assign(new Error("full"), { name: "CacheError", errorCode, errorMessage: "full" });

test.each([
  [serverError("access_denied", "50105"), "not_assigned", 50105],
  [new InteractionRequiredAuthError("interaction_required", "42", "AADSTS50105: text"), "not_assigned", 50105],
  [serverError("access_denied", "65004"), "sign_in_cancelled", 65004],
  [serverError("invalid_grant", "65001", "consent_required"), "consent_required", 65001],
  [
    new InteractionRequiredAuthError("invalid_grant", "42", "AADSTS65001: text", "consent_required"),
    "consent_required",
    65001,
  ],
  [serverError("invalid_grant", "54005"), "interrupted", 54005],
  [serverError("state_mismatch", ""), "interrupted", null],
  [
    new InteractionRequiredAuthError("invalid_grant", "42", "AADSTS50076: text", "basic_action"),
    "interaction_required",
    50076,
  ],
  [serverError("access_denied", "90094"), "consent_required", 90094],
  [serverError("access_denied", "53003"), "access_denied", 53003],
  [new ServerError("access_denied", "42", "no"), "access_denied", null],
  [new InteractionRequiredAuthError("login_required", "42", "AADSTS50058: text"), "interaction_required", 50058],
  [new BrowserAuthError("user_cancelled", "42"), "sign_in_cancelled", null],
  [new BrowserAuthError("interaction_in_progress_cancelled", "42"), "sign_in_cancelled", null],
  [new BrowserAuthError("timed_out", "42", "redirect_bridge_timeout"), "popup_timed_out", null],
  [new BrowserAuthError("timed_out", "42", "failed_to_redirect"), "microsoft_unreachable", null],
  [new BrowserAuthError("popup_window_error", "42"), "popup_blocked", null],
  [new BrowserAuthError("redirect_in_iframe", "42"), "popup_blocked", null],
  [new BrowserAuthError("post_request_failed", "42"), "microsoft_unreachable", null],
  [new BrowserAuthError("no_network_connectivity", "42"), "microsoft_unreachable", null],
  [new ClientAuthError("endpoints_resolution_error", "42"), "microsoft_unreachable", null],
  [new BrowserAuthError("crypto_nonexistent", "42"), "insecure_context", null],
  [cacheError("cache_quota_exceeded"), "storage_unavailable", null],
  [cacheError("CacheError"), "storage_unavailable", null],
  [new DOMException("no", "SecurityError"), "storage_unavailable", null],
  [new DOMException("full", "QuotaExceededError"), "storage_unavailable", null],
  [new DOMException("full", "NS_ERROR_DOM_QUOTA_REACHED"), "storage_unavailable", null],
  [new DOMException("other", "DataError"), "unexpected", null],
  [new AuthError("storage_partitioned", ""), "storage_partitioned", null],
  [new AuthError("microsoft_busy", "42"), "microsoft_busy", null],
  [new BrowserAuthError("failed_to_parse_response", "42"), "microsoft_unreachable", null],
  [serverError("invalid_client", "700016"), "unexpected", 700016],
  [new TypeError("x is undefined"), "unexpected", null],
  ["a text", "unexpected", null],
])("%s becomes %s", (thrown, code, aadsts) => {
  const error = fromMsal(thrown);
  expect(error).toBeInstanceOf(EntranceError);
  expect([error.code, error.aadsts]).toEqual([code, aadsts]);
});

test("an EntranceError is returned unchanged", () => {
  const error = new EntranceError("popup_closed");
  expect(fromMsal(error)).toBe(error);
});

test("a person who is not assigned reads what to do", () => {
  expect(fromMsal(serverError("access_denied", "50105")).message).toBe(
    "Your account may not use this application yet. Ask your administrator to assign you to it, then try again.",
  );
});

test("an unknown AADSTS number is in the sentence", () => {
  expect(fromMsal(serverError("invalid_client", "700016")).message).toBe(
    "Signing in failed with error AADSTS700016. Tell your administrator this number.",
  );
});

test("the details hold what an administrator can look up", () => {
  expect(fromMsal(new BrowserAuthError("timed_out", "42", "redirect_bridge_timeout")).details).toBe(
    "timed_out, redirect_bridge_timeout, correlation id 42",
  );
});

test.each([
  [true, "microsoft_unreachable"],
  [false, "offline"],
])("without an answer, the code knows whether the browser is online: %s", (onLine, code) => {
  vi.spyOn(navigator, "onLine", "get").mockReturnValue(onLine);
  expect(fromMsal(new BrowserAuthError("post_request_failed", "42")).code).toBe(code);
});

test("nothing of MSAL's own text gets through, so no token can", () => {
  const token = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJl";
  const error = fromMsal(new AuthError("token_parsing_error", "42", `could not read ${token}`));
  expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain(token);
  expect(error.cause).toBeUndefined();
});

test.each([
  [new InteractionRequiredAuthError("login_required", "42"), true],
  [new BrowserAuthError("timed_out", "42"), true],
  [new BrowserAuthError("post_request_failed", "42"), false],
  [new Error("other"), false],
])("%s needs the person: %s", (error, needed) => {
  expect(needsInteraction(error)).toBe(needed);
});

test.each([
  [new BrowserAuthError("popup_window_error", "42"), true],
  [new BrowserAuthError("empty_window_error", "42"), true],
  [new BrowserAuthError("timed_out", "42"), false],
])("%s is a blocked window: %s", (error, blocked) => {
  expect(isPopupBlocked(error)).toBe(blocked);
});
