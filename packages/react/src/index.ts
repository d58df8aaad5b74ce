/** The public names of @django-entrance/react. */
export { ConnectMicrosoft, type ConnectMicrosoftProps } from "./react/ConnectMicrosoft.js";
export { EntranceProvider, type EntranceProviderProps } from "./react/EntranceProvider.js";
export { SignInWithMicrosoft, type SignInWithMicrosoftProps } from "./react/SignInWithMicrosoft.js";
export { type ConnectMicrosoftState, useConnectMicrosoft } from "./react/useConnectMicrosoft.js";
export { useSession } from "./react/useSession.js";
export { type SignIn, useSignIn } from "./react/useSignIn.js";
export type { Account } from "./session/account.js";
export { authorizedFetch } from "./session/authorizedFetch.js";
export type { AuthorizedRequestInit } from "./session/call.js";
export type { AuthorityMetadata, EntranceConfig } from "./session/config.js";
export type { ConnectOptions, ConnectResult, ConnectTarget, OwnFetch } from "./session/connecting.js";
export { EntranceError, type EntranceErrorCode } from "./session/errors.js";
export { type AccessTokenOptions, getAccessToken } from "./session/getAccessToken.js";
export type { InteractionMode } from "./session/interactionMode.js";
export { isRetryable } from "./session/limit.js";
export { readRefusal } from "./session/refusals.js";
export type { SignInResult } from "./session/signInResult.js";
export type { Door, Session, SignedInPerson, SignInOptions, SignOutOptions } from "./session/snapshot.js";
