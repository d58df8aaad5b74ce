/** The English sentence of each error. */
import { EARLY_SENTENCES, type EntranceErrorCode } from "./errors.js";

export const SENTENCES: Readonly<Record<EntranceErrorCode, string>> = {
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
  offline: EARLY_SENTENCES.offline,
  library_unreachable: EARLY_SENTENCES.library_unreachable,
  microsoft_unreachable: "Microsoft could not be reached. Please try again in a moment.",
  microsoft_busy: "Microsoft has too many requests at the moment. Please try again in a minute.",
  django_unreachable: "This site did not say whether you are signed in. Please try again.",
  config_unreachable: "The sign-in settings of this application could not be loaded. Please try again.",
  config_invalid: "The sign-in settings of this application are wrong. Tell its administrator.",
  storage_unavailable: "The browser does not let this page store data. Allow it and try again.",
  storage_partitioned:
    "The browser keeps this page's data apart, because another site shows it. Open the page in a window of its own.",
  insecure_context: "Signing in works only on https addresses and on localhost.",
  not_signed_in: EARLY_SENTENCES.not_signed_in,
  account_changed: "The account has changed, so this was not sent. Check the account, then try again.",
  authorization_given: "The request has an Authorization header of its own already, so no token was added.",
  origin_refused: "This application may not send its access token to that address.",
  provider_missing: EARLY_SENTENCES.provider_missing,
  several_providers: EARLY_SENTENCES.several_providers,
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
};
