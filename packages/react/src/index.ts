/** The public names of @django-entrance/react. */
export { EntranceProvider, type EntranceProviderProps } from "./react/EntranceProvider.js";
export { SignInWithMicrosoft, type SignInWithMicrosoftProps } from "./react/SignInWithMicrosoft.js";
export { useSession } from "./react/useSession.js";
export { type SignIn, useSignIn } from "./react/useSignIn.js";
export type { Account } from "./session/account.js";
export { authorizedFetch } from "./session/authorizedFetch.js";
export type { AuthorityMetadata, EntranceConfig } from "./session/config.js";
export { EntranceError, type EntranceErrorCode } from "./session/errors.js";
export type { Session, SignInOptions } from "./session/session.js";
export type { SignInResult } from "./session/signInResult.js";
