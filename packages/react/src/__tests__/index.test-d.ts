import type { MouseEventHandler, ReactElement } from "react";
import { expectTypeOf, test } from "vitest";
import type {
  Account,
  ConnectMicrosoftState,
  EntranceConfig,
  EntranceError,
  EntranceErrorCode,
  EntranceProviderProps,
  EntranceSession,
  Session,
  SignInResult,
} from "../index.js";
import * as entrance from "../index.js";

test("the public names", () => {
  expectTypeOf<keyof typeof entrance>().toEqualTypeOf<
    | "AccountMenu"
    | "ConfirmSignIn"
    | "ConnectMicrosoft"
    | "EntranceError"
    | "EntranceProvider"
    | "RequireRole"
    | "SessionFailed"
    | "SessionLoading"
    | "SignInError"
    | "SignInWithMicrosoft"
    | "SignedIn"
    | "SignedOut"
    | "authorizedFetch"
    | "errorText"
    | "getAccessToken"
    | "isRetryable"
    | "readRefusal"
    | "useAccessToken"
    | "useAccount"
    | "useAuthorizedFetch"
    | "useConfirmSignIn"
    | "useConnectMicrosoft"
    | "useDisclosure"
    | "useErrorText"
    | "useHasRole"
    | "useOwnAccount"
    | "useRoles"
    | "useSession"
    | "useSignIn"
    | "useSignInButton"
    | "useSignOut"
    | "useTexts"
    | "getAccessToken"
    | "isRetryable"
  >();
});

test("a session tells its parts by its status", () => {
  expectTypeOf<Session["status"]>().toEqualTypeOf<
    "starting" | "failed" | "signed-out" | "signing-in" | "signed-in" | "needs-interaction"
  >();
  expectTypeOf<Extract<Session, { status: "signed-in" }>["account"]>().toEqualTypeOf<Account>();
  expectTypeOf<Extract<Session, { status: "signed-out" }>["error"]>().toEqualTypeOf<EntranceError | null>();
  expectTypeOf<Extract<Session, { status: "failed" }>["retry"]>().toEqualTypeOf<() => void>();
});

test("a sign-out is a click handler, and takes everywhere", () => {
  const { signOut } = {} as ReturnType<typeof entrance.useSignIn>;
  expectTypeOf(signOut).toExtend<MouseEventHandler<HTMLButtonElement>>();
  expectTypeOf(signOut).toBeCallableWith({ everywhere: true });
  expectTypeOf<Parameters<typeof entrance.EntranceProvider>[0]["session"]>().toEqualTypeOf<
    "django" | EntranceSession | undefined
  >();
  expectTypeOf<Extract<Session, { status: "signed-in" }>["via"]>().toEqualTypeOf<"entra" | "password" | undefined>();
});

test("a sign-in result is a value", () => {
  expectTypeOf<Extract<SignInResult, { ok: false }>["error"]>().toEqualTypeOf<EntranceError>();
  expectTypeOf(entrance.useSignIn).returns.toHaveProperty("signIn").returns.resolves.toEqualTypeOf<SignInResult>();
});

test("authorizedFetch is called like fetch", () => {
  expectTypeOf(entrance.authorizedFetch).toBeCallableWith("/graphql/", { method: "POST" });
  expectTypeOf(entrance.authorizedFetch).returns.resolves.toEqualTypeOf<Response>();
});

test("an error has one of the documented codes", () => {
  expectTypeOf<"popup_closed">().toExtend<EntranceErrorCode>();
  expectTypeOf<"anything">().not.toExtend<EntranceErrorCode>();
});

test("components take what the README says", () => {
  expectTypeOf(entrance.EntranceProvider).returns.toEqualTypeOf<ReactElement>();
  expectTypeOf<Parameters<typeof entrance.EntranceProvider>[0]["config"]>().toEqualTypeOf<
    string | EntranceConfig | undefined
  >();
  expectTypeOf<{ config: "/x.json"; session: "django" }>().toExtend<EntranceProviderProps>();
  expectTypeOf<{ session: EntranceSession }>().toExtend<EntranceProviderProps>();
  expectTypeOf<{ session: "django" }>().not.toExtend<EntranceProviderProps>();
  expectTypeOf<{ config: "/x.json"; session: EntranceSession }>().not.toExtend<EntranceProviderProps>();
  expectTypeOf<Parameters<typeof entrance.SignInWithMicrosoft>[0]["theme"]>().toEqualTypeOf<
    "auto" | "light" | "dark" | undefined
  >();
});

test("connecting tells its parts by its status", () => {
  expectTypeOf<ConnectMicrosoftState["status"]>().toEqualTypeOf<"idle" | "connecting" | "connected" | "failed">();
  expectTypeOf<Extract<ConnectMicrosoftState, { status: "failed" }>["error"]>().toEqualTypeOf<EntranceError>();
  expectTypeOf<Extract<ConnectMicrosoftState, { status: "connected" }>["user"]>().toEqualTypeOf<string>();
});
