/** The table of the gallery: each component, and the states that it is shown in. */
import {
  AccountMenu,
  ConfirmSignIn,
  ConnectMicrosoft,
  type EntranceErrorCode,
  SessionFailed,
  SessionLoading,
  SignInError,
  SignInWithMicrosoft,
  type Theme,
} from "@django-entrance/react";
import {
  errorOf,
  failed,
  needsInteraction,
  type Session,
  signedIn,
  signedOut,
  signingIn,
  starting,
} from "@django-entrance/react/testing";
import type { ReactNode } from "react";
import { granted, refused, silent } from "./answers";

export interface State {
  readonly name: string;
  readonly session: Session;
  /** A click on its first button brings the state about. */
  readonly isClicked?: boolean;
  readonly children: ReactNode;
}

export interface Component {
  readonly title: string;
  readonly states: readonly State[];
}

export function statesOf(theme: Theme): readonly Component[] {
  return [
    { title: "SignInWithMicrosoft", states: buttons(theme) },
    { title: "ConnectMicrosoft", states: connecting(theme) },
    { title: "AccountMenu", states: menus(theme) },
    { title: "ConfirmSignIn", states: confirming(theme) },
    { title: "SignInError", states: errors(theme) },
    { title: "SessionFailed", states: failures(theme) },
    { title: "SessionLoading", states: [{ name: "starting", session: starting(), children: <SessionLoading /> }] },
  ];
}

const out = signedOut();

function buttons(theme: Theme): readonly State[] {
  const look = { theme };
  return [
    { name: "signInWith", session: out, children: <SignInWithMicrosoft {...look} /> },
    { name: "signIn", session: out, children: <SignInWithMicrosoft {...look} text="signIn" /> },
    { name: "continueWith", session: out, children: <SignInWithMicrosoft {...look} text="continueWith" /> },
    { name: "compact", session: out, children: <SignInWithMicrosoft {...look} size="compact" /> },
    { name: "icon", session: out, children: <SignInWithMicrosoft {...look} size="icon" /> },
    { name: "light", session: out, children: <SignInWithMicrosoft theme="light" /> },
    { name: "dark", session: out, children: <SignInWithMicrosoft theme="dark" /> },
    { name: "busy", session: signingIn(), children: <SignInWithMicrosoft {...look} /> },
    { name: "disabled", session: out, children: <SignInWithMicrosoft {...look} disabled /> },
    { name: "after an error", session: signedOut("popup_closed"), children: <SignInWithMicrosoft {...look} /> },
  ];
}

function connecting(theme: Theme): readonly State[] {
  const look = { theme };
  const own = signedIn({ via: "password" });
  const ada = signedIn();
  const refusal = (code: EntranceErrorCode) => <ConnectMicrosoft {...look} fetch={refused(code)} />;
  return [
    { name: "idle", session: own, children: <ConnectMicrosoft {...look} /> },
    { name: "a known account", session: ada, children: <ConnectMicrosoft {...look} /> },
    { name: "with a password", session: own, children: <ConnectMicrosoft {...look} askPassword /> },
    { name: "disabled", session: own, children: <ConnectMicrosoft {...look} disabled /> },
    { name: "connecting", session: ada, isClicked: true, children: <ConnectMicrosoft {...look} fetch={silent} /> },
    { name: "password_needed", session: ada, isClicked: true, children: refusal("password_needed") },
    { name: "already_connected", session: ada, isClicked: true, children: refusal("already_connected") },
    { name: "connected", session: ada, isClicked: true, children: <ConnectMicrosoft {...look} fetch={granted} /> },
  ];
}

function menus(theme: Theme): readonly State[] {
  const look = { theme, align: "start" } as const;
  const long = {
    name: "Wolfeschlegelsteinhausenbergerdorff der Ältere",
    username: `${"wolfe".repeat(9)}@contoso.example`,
  };
  return [
    { name: "open", session: signedIn(), isClicked: true, children: <AccountMenu {...look} /> },
    { name: "via password", session: signedIn({ via: "password" }), children: <AccountMenu {...look} /> },
    { name: "a long name", session: signedIn(long), children: <AccountMenu {...look} /> },
    { name: "aligned at the end", session: signedIn(), children: <AccountMenu theme={theme} align="end" /> },
    { name: "initials alone", session: signedIn(), children: <AccountMenu {...look} showName={false} /> },
    { name: "needs interaction", session: needsInteraction(), children: <AccountMenu {...look} /> },
    {
      name: "a link, no details",
      session: signedIn(),
      children: (
        <AccountMenu {...look} details={false}>
          <a href="#AccountMenu">Settings</a>
        </AccountMenu>
      ),
    },
  ];
}

function confirming(theme: Theme): readonly State[] {
  const demand = errorOf("interaction_required", { message: "Paying needs a second factor." });
  return [
    { name: "interaction_required", session: needsInteraction(), children: <ConfirmSignIn theme={theme} /> },
    { name: "what for", session: needsInteraction({}, demand), children: <ConfirmSignIn theme={theme} /> },
    { name: "popup_closed", session: needsInteraction({}, "popup_closed"), children: <ConfirmSignIn theme={theme} /> },
    {
      name: "more to say",
      session: needsInteraction(),
      children: <ConfirmSignIn theme={theme}>Your draft is kept.</ConfirmSignIn>,
    },
  ];
}

function errors(theme: Theme): readonly State[] {
  const numbered = errorOf("unexpected", { message: "Signing in failed with error AADSTS90002." });
  return [
    { name: "popup_blocked", session: signedOut("popup_blocked"), children: <SignInError theme={theme} /> },
    { name: "not_assigned", session: signedOut("not_assigned"), children: <SignInError theme={theme} /> },
    { name: "with Microsoft's number", session: signedOut(numbered), children: <SignInError theme={theme} /> },
  ];
}

function failures(theme: Theme): readonly State[] {
  return (["config_unreachable", "storage_partitioned"] as const).map((code) => ({
    name: code,
    session: failed(code),
    children: <SessionFailed theme={theme} />,
  }));
}
