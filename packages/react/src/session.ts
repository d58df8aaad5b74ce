/** The public names of @django-entrance/react/session: the session without React. */
export type { Account } from "./session/account.js";
export { authorizedFetch } from "./session/authorizedFetch.js";
export type { AuthorizedRequestInit, InteractionMode } from "./session/call.js";
export type { AuthorityMetadata, EntranceConfig } from "./session/config.js";
export { createSession, type SessionOptions } from "./session/entranceSession.js";
export { EntranceError, type EntranceErrorCode } from "./session/errors.js";
export { type AccessTokenOptions, getAccessToken } from "./session/getAccessToken.js";
export { isRetryable } from "./session/limit.js";
export type { OwnLogin } from "./session/ownLogin.js";
export { readRefusal } from "./session/refusals.js";
export type { SignInResult } from "./session/signInResult.js";
export type { Door, Session, SignedInPerson, SignInOptions, SignOutOptions } from "./session/snapshot.js";
export type { EntranceSession } from "./session/storeOf.js";
