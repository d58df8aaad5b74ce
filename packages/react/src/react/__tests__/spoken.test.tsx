/** What a screen reader says of the components. */
import { virtual } from "@guidepup/virtual-screen-reader";
import { act, render, screen } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import type { ReactElement } from "react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import {
  failed,
  json,
  needsInteraction,
  recordingFetch,
  type Session,
  signedIn,
  signedOut,
  signingIn,
  TestingProvider,
} from "../../testing.js";
import { AccountMenu } from "../AccountMenu.js";
import { ConfirmSignIn } from "../ConfirmSignIn.js";
import { ConnectMicrosoft } from "../ConnectMicrosoft.js";
import { SessionFailed } from "../SessionFailed.js";
import { SignInError } from "../SignInError.js";
import { SignInWithMicrosoft, type SignInWithMicrosoftProps } from "../SignInWithMicrosoft.js";

const HERE = { id: "1", started_at: "2026-11-29T07:00:00Z", is_current: true };
const THERE = { id: "2", started_at: "2026-11-28T07:00:00Z", is_current: false };
const OTHER = {
  id: 1,
  tenant_id: "t",
  object_id: "0b0b0b0b-0000-4000-a000-000000000002",
  connected_at: "2026-11-27T12:00:00Z",
};
const django = recordingFetch({
  "GET /entrance/account/": json({ accounts: [OTHER], sessions: [HERE, THERE] }),
  "POST /entrance/account/": json({ accounts: [OTHER], sessions: [HERE] }),
});
const WINDOW = "The sign-in window is open. Activate again to bring it to the front.";

const at = ({ started_at }: typeof HERE): string =>
  new Intl.DateTimeFormat("en", { dateStyle: "long", timeStyle: "short" }).format(new Date(started_at));

/** Says that a paragraph or another box begins or ends. */
const BOX = /^(end of .*|paragraph|strong|list|listitem.*|status)$/;

beforeEach(() => {
  const { getComputedStyle } = window;
  vi.stubGlobal("getComputedStyle", (element: Element) => getComputedStyle(element)); // jsdom has no pseudo-elements
  vi.stubGlobal("CSS", { escape: (text: string) => text.replace(/[^\w-]/g, "\\$&") }); // nor this
});
afterEach(() => virtual.stop());

function show(session: Session, element: ReactElement): HTMLElement {
  const { container } = render(
    <TestingProvider session={session} fetch={django}>
      {element}
    </TestingProvider>,
  );
  return container;
}

/** Reads an element from its beginning to its end. Boxes are left out. */
async function read(container: HTMLElement): Promise<readonly string[]> {
  await virtual.start({ container });
  const said: string[] = [];
  do {
    said.push(await virtual.lastSpokenPhrase());
    await virtual.next();
  } while ((await virtual.lastSpokenPhrase()) !== said[0]);
  await virtual.stop();
  return said.filter((phrase) => !BOX.test(phrase));
}

const SIGN_IN = "button, Sign in with Microsoft";

test.each<[string, Session, SignInWithMicrosoftProps, string]>([
  ["idle", signedOut(), {}, SIGN_IN],
  ["an icon", signedOut(), { size: "icon" }, SIGN_IN],
  ["disabled", signedOut(), { disabled: true }, `${SIGN_IN}, disabled`],
  ["busy", signingIn(), {}, `${SIGN_IN}, ${WINDOW}, busy`],
])("the button, %s", async (_, session, props, expected) => {
  expect(await read(show(session, <SignInWithMicrosoft {...props} />))).toEqual([expected]);
});

test("the button after a failure: why, and how to go on", async () => {
  const page = (
    <>
      <SignInError />
      <SignInWithMicrosoft />
    </>
  );
  expect(await read(show(signedOut("popup_closed"), page))).toEqual([
    "alert",
    "The sign-in window was closed before you were signed in. You can try again.",
    "button, Dismiss",
    SIGN_IN,
  ]);
});

test("a session that could not start", async () => {
  expect(await read(show(failed("offline"), <SessionFailed />))).toEqual([
    "alert",
    "You are offline. Connect to the network and try again.",
    "button, Try again",
  ]);
});

test("Microsoft wants to see the person again", async () => {
  const notice = <ConfirmSignIn>Your draft is kept.</ConfirmSignIn>;
  expect(await read(show(needsInteraction(), notice))).toEqual([
    "alert",
    "Your sign-in has to be confirmed. Please sign in again.",
    "Your draft is kept.",
    "button, Confirm with Microsoft",
  ]);
});

test("connecting with a password", async () => {
  expect(await read(show(signedIn({ via: "password" }), <ConnectMicrosoft askPassword />))).toEqual([
    "form",
    "Your password here", // the label
    "Your password here",
    "button, Connect Microsoft",
  ]);
});

test("the menu: who is signed in, what can be ended, and no long id", async () => {
  const page = show(signedIn(), <AccountMenu />);
  const opener = "button, Account of Ada Lovelace";
  expect(await read(page)).toEqual([`${opener}, not expanded`, "Ada Lovelace"]);
  await userEvent.click(screen.getByRole("button"));
  await screen.findByText("This session");
  const end = `button, End the session since ${at(THERE)}`;
  expect(await read(page)).toEqual([
    ...[`${opener}, 1 control, expanded`, "Ada Lovelace"],
    ...["Ada Lovelace", "ada@contoso.example", "Signed in with Microsoft"],
    ...["region, Microsoft accounts", "Microsoft accounts", "Account 0b0b0b0b", "connected on November 27, 2026"],
    ...["region, Sessions", "Sessions", "This session", `since ${at(HERE)}`],
    ...["Another session", `since ${at(THERE)}`, end, "End"],
    ...["button, Sign out", "button, Sign out everywhere"],
  ]);
});

test("the end of a session is announced, and the focus stays in the list", async () => {
  const container = show(signedIn(), <AccountMenu />);
  await userEvent.click(screen.getByRole("button"));
  const end = await screen.findByRole("button", { name: /^End the session/ });
  await virtual.start({ container });
  await act(() => userEvent.click(end));
  await screen.findByText("The session has ended.");
  await vi.waitFor(async () =>
    expect((await virtual.spokenPhraseLog()).slice(-2).toSorted()).toEqual([
      "polite: The session has ended.",
      "region, Sessions",
    ]),
  );
});
