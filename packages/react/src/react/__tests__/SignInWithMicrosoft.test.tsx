import { fireEvent, render, screen } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import axe from "axe-core";
import { createRef, type ReactElement, StrictMode } from "react";
import { beforeEach, expect, test, vi } from "vitest";
import {
  ADA_ACCOUNT,
  answer,
  CONFIG,
  notAssigned,
  type ScriptedMsal,
  scriptedMsal,
} from "../../__tests__/scriptedMsal.js";
import { SessionStore } from "../../session/session.js";
import { beginInWindow, leaveWindow } from "../../session/stored/attempt.js";
import { de } from "../../texts/de.js";
import { SessionContext } from "../SessionContext.js";
import { SignInWithMicrosoft, type SignInWithMicrosoftProps } from "../SignInWithMicrosoft.js";
import { TextsContext } from "../TextsContext.js";
import { useSession } from "../useSession.js";

let msal: ScriptedMsal;

beforeEach(() => {
  msal = scriptedMsal();
});

/** Renders the button only while signed out, as applications do. */
function ButtonWhileSignedOut(props: SignInWithMicrosoftProps): ReactElement | null {
  return useSession().status === "signed-in" ? null : <SignInWithMicrosoft {...props} />;
}

async function renderButton(props: SignInWithMicrosoftProps = {}): Promise<HTMLElement> {
  const store = new SessionStore({ config: CONFIG }, () => msal);
  await store.ready();
  render(
    <SessionContext.Provider value={store}>
      <SignInWithMicrosoft {...props} />
    </SessionContext.Provider>,
  );
  return screen.getByRole("button");
}

test("it is a native button with Microsoft's label", async () => {
  const button = await renderButton();
  expect(screen.getByRole("button", { name: "Sign in with Microsoft" })).toBe(button);
  expect([button.tagName, button.getAttribute("type")]).toEqual(["BUTTON", "button"]);
});

test.each([
  ["signInWith", "Sign in with Microsoft"],
  ["signIn", "Sign in"],
  ["continueWith", "Continue with Microsoft"],
] as const)("text %s says %s", async (text, name) => {
  expect((await renderButton({ text })).textContent).toBe(name);
});

test("the icon has the logo alone, and the text for its name and title", async () => {
  const button = await renderButton({ size: "icon" });
  expect([button.textContent, button.title]).toEqual(["", "Sign in with Microsoft"]);
  screen.getByRole("button", { name: "Sign in with Microsoft" });
});

test("everything that a button takes is passed on", async () => {
  const ref = createRef<HTMLButtonElement>();
  const style = { width: "100%" };
  const store = new SessionStore({ config: CONFIG }, () => msal);
  await store.ready();
  render(
    <SessionContext.Provider value={store}>
      <SignInWithMicrosoft
        ref={ref}
        id="ms"
        style={style}
        title="Mine"
        aria-describedby="why"
        data-door="ms"
        tabIndex={-1}
      >
        Staff
      </SignInWithMicrosoft>
    </SessionContext.Provider>,
  );
  const button = screen.getByRole("button", { name: "Staff" });
  expect(ref.current).toBe(button);
  expect([button.id, button.style.width, button.title, button.tabIndex]).toEqual(["ms", "100%", "Mine", -1]);
  expect([button.getAttribute("aria-describedby"), button.dataset["door"]]).toEqual(["why", "ms"]);
  expect(button.querySelector("svg")).not.toBeNull();
});

test("the type stays button, also within a form", async () => {
  const props = { type: "submit" } as SignInWithMicrosoftProps;
  expect((await renderButton(props)).getAttribute("type")).toBe("button");
});

test("loginHint and prompt go to Microsoft, and not into the page", async () => {
  const button = await renderButton({ loginHint: "ada@contoso.example", prompt: "login" });
  await userEvent.click(button);
  expect(msal.popups).toMatchObject([{ loginHint: "ada@contoso.example", prompt: "login" }]);
  expect([button.hasAttribute("loginhint"), button.hasAttribute("prompt")]).toEqual([false, false]);
});

test("an own onClick runs first", async () => {
  const seen: number[] = [];
  await userEvent.click(await renderButton({ onClick: () => seen.push(msal.popups.length) }));
  expect([seen, msal.popups.length]).toEqual([[0], 1]);
});

test("an own onClick that prevents the default stops the sign-in", async () => {
  await userEvent.click(await renderButton({ onClick: (event) => event.preventDefault() }));
  expect(msal.popups).toEqual([]);
});

test("after a refusal its state says so", async () => {
  msal.onPopup = async () => Promise.reject(notAssigned());
  const button = await renderButton();
  expect(button.dataset["state"]).toBe("idle");
  await userEvent.click(button);
  await vi.waitFor(() => expect(button.dataset["state"]).toBe("error"));
});

test("it speaks the language of the provider", async () => {
  const store = new SessionStore({ config: CONFIG }, () => msal);
  await store.ready();
  render(
    <SessionContext.Provider value={store}>
      <TextsContext.Provider value={de}>
        <SignInWithMicrosoft />
      </TextsContext.Provider>
    </SessionContext.Provider>,
  );
  screen.getByRole("button", { name: "Mit Microsoft anmelden" });
});

test("the logo is four squares that assistive technology does not see", async () => {
  const logo = (await renderButton()).querySelector("svg");
  expect(logo?.getAttribute("aria-hidden")).toBe("true");
  expect([...(logo?.querySelectorAll("path") ?? [])].map((path) => path.getAttribute("fill"))).toEqual([
    "#f25022",
    "#7fba00",
    "#00a4ef",
    "#ffb900",
  ]);
});

test.each([
  [undefined, "auto"],
  ["light", "light"],
  ["dark", "dark"],
] as const)("theme %s", async (theme, shown) => {
  expect((await renderButton(theme ? { theme } : {})).dataset["theme"]).toBe(shown);
});

test("className is added", async () => {
  expect((await renderButton({ className: "wide" })).className).toBe("entrance-sign-in wide");
});

test("no inline style, which a strict content security policy would block on the server's page", async () => {
  expect((await renderButton()).outerHTML).not.toContain("style=");
});

test("a click signs in and calls onSignedIn with the account", async () => {
  msal.onPopup = async () => answer("one");
  const onSignedIn = vi.fn();
  await userEvent.click(await renderButton({ onSignedIn }));
  await vi.waitFor(() => expect(onSignedIn).toHaveBeenCalledExactlyOnceWith(ADA_ACCOUNT));
});

test("a refusal calls onError", async () => {
  msal.onPopup = async () => Promise.reject(notAssigned());
  const onError = vi.fn();
  await userEvent.click(await renderButton({ onError }));
  await vi.waitFor(() => expect(onError).toHaveBeenCalledOnce());
  expect(onError.mock.calls[0]?.[0]).toMatchObject({ code: "not_assigned" });
});

test("a sign-in by redirect calls onSignedIn of a rendered button, and a click calls it once", async () => {
  const onSignedIn = vi.fn();
  const onError = vi.fn();
  beginInWindow("attempt-1");
  leaveWindow("attempt-1");
  msal.onReturn = async () => answer("one");
  const store = new SessionStore({ config: CONFIG }, () => msal);
  render(
    <StrictMode>
      <SessionContext.Provider value={store}>
        <ButtonWhileSignedOut onSignedIn={onSignedIn} onError={onError} />
      </SessionContext.Provider>
    </StrictMode>,
  );
  await store.ready();
  await vi.waitFor(() => expect(screen.queryByRole("button")).toBeNull());
  expect(onSignedIn).toHaveBeenCalledExactlyOnceWith(ADA_ACCOUNT);
  expect(onError).not.toHaveBeenCalled();
});

test("a refused redirect calls onError of a rendered button", async () => {
  const onError = vi.fn();
  beginInWindow("attempt-1");
  leaveWindow("attempt-1");
  msal.onReturn = async () => Promise.reject(notAssigned());
  const store = new SessionStore({ config: CONFIG }, () => msal);
  render(
    <SessionContext.Provider value={store}>
      <SignInWithMicrosoft onError={onError} />
    </SessionContext.Provider>,
  );
  await store.ready();
  await vi.waitFor(() => expect(onError).toHaveBeenCalledOnce());
  expect(onError.mock.calls[0]?.[0]).toMatchObject({ code: "not_assigned" });
});

test.each(["{Enter}", " "])("the keyboard works: %j", async (key) => {
  (await renderButton()).focus();
  await userEvent.keyboard(key);
  expect(msal.popups).toHaveLength(1);
});

test("a double click opens one window", async () => {
  await userEvent.dblClick(await renderButton());
  expect(msal.popups).toHaveLength(1);
});

test("while the window is open it is busy, keeps its name and the focus, and brings the window back", async () => {
  const button = await renderButton();
  expect(button.hasAttribute("aria-busy")).toBe(false);
  await userEvent.click(button);
  const popup = msal.openWindow();
  await vi.waitFor(() => expect(button.getAttribute("aria-busy")).toBe("true"));
  expect(screen.getByRole("button", { name: "Sign in with Microsoft" })).toBe(document.activeElement);
  expect(button.title).toBe("The sign-in window is open. Activate again to bring it to the front.");
  await userEvent.click(button);
  expect([popup.focused, msal.popups.length]).toEqual([1, 1]);
});

test("disabled, it does nothing", async () => {
  await userEvent.click(await renderButton({ disabled: true }));
  expect(msal.popups).toEqual([]);
});

test("axe finds nothing, idle and busy", async () => {
  const button = await renderButton();
  const rules = { "color-contrast": { enabled: false }, region: { enabled: false } }; // the first needs a layout
  expect((await axe.run(document.body, { rules })).violations).toEqual([]);
  await userEvent.click(button);
  expect((await axe.run(document.body, { rules })).violations).toEqual([]);
});

test("two clicks that share a window call onSignedIn once", async () => {
  let finish = (): void => {};
  msal.onPopup = () => new Promise((resolve) => (finish = () => resolve(answer("one"))));
  const onSignedIn = vi.fn();
  await userEvent.dblClick(await renderButton({ onSignedIn }));
  finish();
  await vi.waitFor(() => expect(onSignedIn).toHaveBeenCalledExactlyOnceWith(ADA_ACCOUNT));
  expect(msal.popups).toHaveLength(1);
});

test.each([
  ["the pointer comes near", fireEvent.pointerEnter, "onPointerEnter"],
  ["the keyboard reaches it", fireEvent.focus, "onFocus"],
] as const)("MSAL is loaded when %s, if the page was not idle before", async (_, event, name) => {
  vi.stubGlobal("requestIdleCallback", () => 0);
  const create = vi.fn(() => msal);
  const own = vi.fn();
  const store = new SessionStore({ config: CONFIG }, create);
  await store.opened();
  render(
    <SessionContext.Provider value={store}>
      <SignInWithMicrosoft {...{ [name]: own }} />
    </SessionContext.Provider>,
  );
  expect(create).not.toHaveBeenCalled();
  event(screen.getByRole("button"));
  await vi.waitFor(() => expect(create).toHaveBeenCalledOnce());
  expect(own).toHaveBeenCalledOnce();
});
