"use client";

/** The public names of @django-entrance/react. */
export { AccountMenu, type AccountMenuProps } from "./react/AccountMenu.js";
export { ConfirmSignIn, type ConfirmSignInProps } from "./react/ConfirmSignIn.js";
export { ConnectMicrosoft, type ConnectMicrosoftProps } from "./react/ConnectMicrosoft.js";
export { EntranceProvider, type EntranceProviderProps } from "./react/EntranceProvider.js";
export type { MicrosoftLook } from "./react/MicrosoftButton.js";
export { RequireRole, type RequireRoleProps } from "./react/RequireRole.js";
export { SessionFailed, type SessionFailedProps } from "./react/SessionFailed.js";
export { SessionLoading, type SessionLoadingProps } from "./react/SessionLoading.js";
export { SignedIn, type SignedInProps } from "./react/SignedIn.js";
export { SignedOut, type SignedOutProps } from "./react/SignedOut.js";
export { SignInError, type SignInErrorProps } from "./react/SignInError.js";
export { SignInWithMicrosoft, type SignInWithMicrosoftProps } from "./react/SignInWithMicrosoft.js";
export { useErrorText, useTexts } from "./react/TextsContext.js";
export type { Theme } from "./react/theme.js";
export { useAccessToken } from "./react/useAccessToken.js";
export { useAccount, useHasRole, useRoles } from "./react/useAccount.js";
export { useAuthorizedFetch } from "./react/useAuthorizedFetch.js";
export { type ConfirmSignInState, useConfirmSignIn } from "./react/useConfirmSignIn.js";
export {
  type ConnectMicrosoftState,
  type ConnectMicrosoftStatus,
  useConnectMicrosoft,
} from "./react/useConnectMicrosoft.js";
export { type Disclosure, useDisclosure } from "./react/useDisclosure.js";
export { type OwnAccountState, useOwnAccount } from "./react/useOwnAccount.js";
export { useSession } from "./react/useSession.js";
export { type SignIn, useSignIn } from "./react/useSignIn.js";
export { type SignInButton, type SignInButtonOptions, useSignInButton } from "./react/useSignInButton.js";
export { type SignOut, useSignOut } from "./react/useSignOut.js";
export type { Account } from "./session/account.js";
export type { AuthorityMetadata, ConfigSource, EntranceConfig } from "./session/config/config.js";
export { EntranceError, type EntranceErrorCode, type EntranceErrorOptions } from "./session/errors.js";
export type { ConnectOptions, ConnectResult, ConnectTarget, OwnFetch } from "./session/own/connecting.js";
export type { ConnectedAccount, OwnAccount, OwnSession } from "./session/own/ownAccount.js";
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
