import { render, screen, waitFor } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import axe from "axe-core";
import type { ReactElement } from "react";
import { expect, test, vi } from "vitest";
import { problem, respondWith, TICKET } from "../../__tests__/scriptedConnect.js";
import { BARBARA_VISITS, scriptedDjango } from "../../__tests__/scriptedDjango.js";
import { ADA, answer, BOB, CONFIG, type ScriptedMsal, scriptedMsal } from "../../__tests__/scriptedMsal.js";
import { TokenLogin } from "../../__tests__/tokenLogin.js";
import { plugOwnLogin } from "../../session/own/ownLogin.js";
import { SessionStore } from "../../session/session.js";
import { ConnectMicrosoft, type ConnectMicrosoftProps } from "../ConnectMicrosoft.js";
import { SessionContext } from "../SessionContext.js";
import { useConnectMicrosoft } from "../useConnectMicrosoft.js";

const ownFetch = (url: string, init: RequestInit): Promise<Response> => fetch(url, init);
const CONNECTED = (): [Response, Response] => [Response.json(TICKET), Response.json({ user: "barbara" })];

async function show(element: ReactElement, msal: ScriptedMsal = scriptedMsal(ADA)): Promise<HTMLElement> {
  msal.onSilent = async ({ account }) => answer("entra", account);
  const store = new SessionStore({ config: CONFIG }, () => msal);
  await store.ready();
  return render(<SessionContext.Provider value={store}>{element}</SessionContext.Provider>).container;
}

const showButton = (props: ConnectMicrosoftProps = {}, msal?: ScriptedMsal): Promise<HTMLElement> =>
  show(<ConnectMicrosoft fetch={ownFetch} {...props} />, msal);

const click = (): Promise<void> => userEvent.click(screen.getByRole("button"));

test("the button names the account that will be connected", async () => {
  await showButton();
  screen.getByRole("button", { name: "Connect ada@contoso.example" });
});

test("without a Microsoft account it says Microsoft", async () => {
  await showButton({ theme: "dark", className: "wide", formClassName: "form", disabled: true }, scriptedMsal());
  const button = screen.getByRole<HTMLButtonElement>("button", { name: "Connect Microsoft" });
  expect([button.dataset["theme"], button.disabled, button.form?.className]).toEqual([
    "dark",
    true,
    "entrance-connect form",
  ]);
  expect(button.className).toBe("entrance-sign-in wide");
});

test("it is disabled while the session starts", () => {
  const store = new SessionStore({ config: CONFIG }, () => scriptedMsal());
  render(
    <SessionContext.Provider value={store}>
      <ConnectMicrosoft />
    </SessionContext.Provider>,
  );
  expect(screen.getByRole<HTMLButtonElement>("button").disabled).toBe(true);
});

test("connected", async () => {
  const [onConnected, onError] = [vi.fn(), vi.fn()];
  respondWith(...CONNECTED());
  await showButton({ onConnected, onError });
  await click();
  expect((await screen.findByRole("status")).textContent).toBe("Microsoft is connected.");
  expect(onConnected.mock.calls).toEqual([["barbara"]]);
  expect(onError).not.toHaveBeenCalled();
  expect(screen.queryByRole("button")).toBeNull();
});

test("the button passes on what a button takes, and its type stays submit", async () => {
  const props = { id: "connect", "data-door": "ms", type: "button", children: "Connect now" } as ConnectMicrosoftProps;
  await showButton(props);
  const button = screen.getByRole<HTMLButtonElement>("button", { name: "Connect now" });
  expect([button.id, button.dataset["door"], button.type]).toEqual(["connect", "ms", "submit"]);
});

test("an own onClick that prevents the default connects nothing", async () => {
  const sent = respondWith();
  await showButton({ onClick: (event) => event.preventDefault() });
  await click();
  expect(sent).toEqual([]);
});

test("connected, the focus goes to the sentence that replaces the button", async () => {
  respondWith(...CONNECTED());
  await showButton();
  await click();
  const status = await screen.findByRole("status");
  await waitFor(() => expect(document.activeElement).toBe(status));
});

test("the password is asked for when the server asks, and sent once", async () => {
  const onError = vi.fn();
  const sent = respondWith(problem("password_needed"), ...CONNECTED());
  await showButton({ onError });
  expect(screen.queryByLabelText("Your password here")).toBeNull();
  await click();
  expect((await screen.findByRole("alert")).textContent).toBe("Confirm with the password that you use here.");
  expect(onError.mock.calls[0]?.[0].code).toBe("password_needed");
  await userEvent.type(screen.getByLabelText("Your password here"), "correct horse{Enter}");
  await screen.findByRole("status");
  expect(sent.map(({ body }) => body)).toEqual([{}, { password: "correct horse" }, { ticket: "of-barbara" }]);
});

test("the password field can be there from the start", async () => {
  const page = await showButton({ askPassword: true });
  const field = screen.getByLabelText<HTMLInputElement>("Your password here");
  expect([field.type, field.required, field.autocomplete]).toEqual(["password", true, "current-password"]);
  expect(page.outerHTML).not.toContain("style=");
});

test("an account of another user asks Microsoft for another account next", async () => {
  const msal = scriptedMsal(ADA);
  respondWith(Response.json(TICKET), problem("already_connected"), ...CONNECTED());
  await showButton({}, msal);
  await click();
  expect((await screen.findByRole("alert")).textContent).toContain("belongs to another account");
  screen.getByRole("button", { name: "Connect Microsoft" });
  msal.onPopup = async () => answer("entra", BOB);
  await click();
  await screen.findByRole("status");
  expect(msal.popups).toMatchObject([{ prompt: "select_account" }]);
});

test("while connecting, a second click brings the window to the front and shares the result", async () => {
  const msal = scriptedMsal();
  const sent = respondWith(...CONNECTED());
  await showButton({}, msal);
  let finish: (result: ReturnType<typeof answer>) => void = () => {};
  msal.onPopup = () =>
    new Promise((resolve) => {
      finish = resolve;
    });
  await click();
  const window = msal.openWindow();
  expect(screen.getByRole("button").getAttribute("aria-busy")).toBe("true");
  await click();
  expect([window.focused, msal.popups.length]).toEqual([1, 1]);
  finish(answer("entra"));
  await screen.findByRole("status");
  expect(sent).toHaveLength(2);
});

/** Shows the button to Barbara, and clicks twice while Microsoft's window is open. Returns what she sees after it. */
async function clickTwice(store: SessionStore, msal: ScriptedMsal): Promise<unknown> {
  let finish = (): void => {};
  msal.onPopup = () => new Promise((resolve) => (finish = () => resolve(answer("entra"))));
  msal.onSilent = async () => answer("entra");
  await store.opened();
  await store.ready();
  render(
    <SessionContext.Provider value={store}>
      <ConnectMicrosoft />
    </SessionContext.Provider>,
  );
  await click();
  const window = msal.openWindow();
  await click();
  finish();
  await screen.findByRole("status");
  return { front: window.focused, popups: msal.popups.length, who: store.account?.username };
}

test("a second click is no sign-in with Microsoft: the own login stays", async () => {
  const msal = scriptedMsal();
  const login = new TokenLogin();
  const store = new SessionStore({ config: CONFIG }, () => msal);
  plugOwnLogin(store, login);
  respondWith(...CONNECTED());
  expect(await clickTwice(store, msal)).toEqual({ front: 1, popups: 1, who: "barbara" });
  expect(login.token).toBe("own");
});

test("a second click is no sign-in with Microsoft: the Django session stays", async () => {
  const django = scriptedDjango(BARBARA_VISITS);
  django.onApi = () => Response.json({ ...TICKET, user: "barbara" });
  const msal = scriptedMsal();
  const store = new SessionStore({ config: CONFIG, session: "django" }, () => msal);
  expect(await clickTwice(store, msal)).toEqual({ front: 1, popups: 1, who: "barbara" });
  expect(django.asked()).toEqual(["GET"]);
});

test("a second click without a window waits", async () => {
  const sent = respondWith();
  await showButton();
  await click();
  await click();
  expect(sent).toHaveLength(1);
});

test("axe finds nothing", async () => {
  respondWith(problem("password_needed"));
  const page = await showButton({ askPassword: true });
  await click();
  expect((await axe.run(page, { rules: { region: { enabled: false } } })).violations).toEqual([]);
});

function Hook(): ReactElement {
  const connecting = useConnectMicrosoft({ fetch: ownFetch });
  const told =
    connecting.status === "failed"
      ? connecting.error.code
      : connecting.status === "connected"
        ? connecting.user
        : connecting.status;
  return (
    <>
      <output>{told}</output>
      <button type="button" onClick={() => void connecting.connect()}>
        Connect
      </button>
      <button type="button" onClick={connecting.cancel}>
        Cancel
      </button>
    </>
  );
}

test("the hook's states: idle, connecting, failed, connected", async () => {
  const msal = scriptedMsal();
  respondWith(Response.json(TICKET), ...CONNECTED());
  await show(<Hook />, msal);
  const told = (): string | null => screen.getByRole("status").textContent;
  const press = (name: string): Promise<void> => userEvent.click(screen.getByRole("button", { name }));
  expect(told()).toBe("idle");
  await press("Connect");
  expect(told()).toBe("connecting");
  await press("Cancel");
  await waitFor(() => expect(told()).toBe("sign_in_cancelled"));
  msal.onPopup = async () => answer("entra");
  await press("Connect");
  await waitFor(() => expect(told()).toBe("barbara"));
});
