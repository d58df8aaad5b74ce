/** The public names of @django-entrance/react/session: the session without React. */
export type { Account } from "./session/account.js";
export type { AuthorityMetadata, ConfigSource, EntranceConfig } from "./session/config/config.js";
export { createSession, type SessionOptions } from "./session/entranceSession.js";
export { EntranceError, type EntranceErrorCode, type EntranceErrorOptions } from "./session/errors.js";
export type { OwnLogin } from "./session/own/ownLogin.js";
export { authorizedFetch } from "./session/requests/authorizedFetch.js";
export type { AuthorizedRequestInit, InteractionMode } from "./session/requests/call.js";
export { type AccessTokenOptions, getAccessToken } from "./session/requests/getAccessToken.js";
export { readRefusal } from "./session/requests/refusals.js";
export type { SignInResult } from "./session/signInResult.js";
export type { Door, Session, SignedInPerson, SignInOptions, SignOutOptions } from "./session/snapshot.js";
export type { EntranceSession } from "./session/storeOf.js";
export { isRetryable } from "./session/waiting/limit.js";
export { errorText } from "./texts/errorText.js";
export type { Texts } from "./texts/texts.js";
