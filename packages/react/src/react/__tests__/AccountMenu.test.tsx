import { fireEvent, render, screen, waitFor, within } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import axe from "axe-core";
import type { ReactElement } from "react";
import { expect, test, vi } from "vitest";
import { problem } from "../../__tests__/scriptedConnect.js";
import { ADA_VISITS, BARBARA_VISITS, type ScriptedDjango, scriptedDjango } from "../../__tests__/scriptedDjango.js";
import { ADA, CONFIG, scriptedMsal } from "../../__tests__/scriptedMsal.js";
import { needsInteraction, renderSession, signedOut } from "../../__tests__/shownSession.js";
import { SessionStore } from "../../session/session.js";
import { LIMIT_MS } from "../../session/waiting/limit.js";
import { de } from "../../texts/de.js";
import { AccountMenu, type AccountMenuProps, initials } from "../AccountMenu.js";
import { SessionContext } from "../SessionContext.js";
import { TextsContext } from "../TextsContext.js";
import { useSession } from "../useSession.js";

const HERE = { id: "1", door: "session", started_at: "2026-11-29T08:15:00Z", is_current: true };
const THERE = { id: "2", door: "page", started_at: "2026-11-28T20:30:00Z", is_current: false };
const ACCOUNT = {
  id: 7,
  tenant_id: ADA.tenantId,
  object_id: ADA.localAccountId,
  connected_at: "2026-04-05T10:00:00Z",
};
const answer = (sessions: readonly object[] = [HERE, THERE], accounts: readonly object[] = [ACCOUNT]): Response =>
  Response.json({ user: "ada", accounts, sessions, password_needed: false });

interface Menu {
  readonly page: HTMLElement;
  readonly django: ScriptedDjango;
  /** The bodies sent to `entrance/account/`. */
  readonly bodies: unknown[];
}

function Page(props: AccountMenuProps): ReactElement {
  return (
    <>
      <AccountMenu {...props} />
      <output>{useSession().status}</output>
      <button type="button">Elsewhere</button>
    </>
  );
}

async function showMenu(props: AccountMenuProps = {}, visitor = ADA_VISITS, texts = {}): Promise<Menu> {
  const django = scriptedDjango(visitor);
  django.onApi = () => answer();
  const scripted = fetch;
  const bodies: unknown[] = [];
  vi.stubGlobal("fetch", async (input: Request, init?: RequestInit) => {
    const request = new Request(input, init);
    const text = await request.clone().text();
    if (text.startsWith("{")) bodies.push(JSON.parse(text));
    return scripted(request);
  });
  const store = new SessionStore({ config: CONFIG, session: "django" }, () => scriptedMsal());
  await store.opened();
  const { container } = render(
    <SessionContext.Provider value={store}>
      <TextsContext.Provider value={{ ...de, ...texts }}>
        <Page {...props} />
      </TextsContext.Provider>
    </SessionContext.Provider>,
  );
  return { page: container, django, bodies };
}

const opener = (): HTMLElement => screen.getByRole("button", { expanded: false });
const open = async (): Promise<void> => {
  await userEvent.click(opener());
  await screen.findByRole("button", { name: "Abmelden" }); // the panel is a part that is loaded
};
const row = (text: string): HTMLElement => screen.getByText(text).closest("li") as HTMLElement;

test.each([
  ["Ada Lovelace", "AL"],
  ["Ada Augusta King-Noel", "AK"],
  ["barbara", "B"],
  ["ada@contoso.example", "AE"],
  ["Éva Ångström", "ÉÅ"],
  ["李小龍", "李"],
  ["Conan O’Brien", "CO"],
  ["", "?"],
])("the initials of %j are %s", (name, shown) => {
  expect(initials(name)).toBe(shown);
});

test("nothing is shown unless a person is signed in", () => {
  const { page, show } = renderSession(signedOut, <AccountMenu details={false} />);
  expect(page.innerHTML).toBe("");
  show(needsInteraction());
  screen.getByRole("button", { name: "Account of Ada Lovelace" });
});

test("a click opens and closes the panel, which the button controls", async () => {
  await showMenu();
  const button = screen.getByRole("button", { name: "Konto von Ada Lovelace" });
  expect([button.getAttribute("aria-expanded"), button.textContent]).toEqual(["false", "Ada Lovelace"]);
  expect(button.querySelector<HTMLElement>("[data-initials]")?.dataset["initials"]).toBe("AL");
  await open();
  expect(button.getAttribute("aria-expanded")).toBe("true");
  const panel = document.getElementById(button.getAttribute("aria-controls") ?? "");
  expect(panel?.textContent).toContain("ada@contoso.example");
  await userEvent.click(button);
  expect(panel?.isConnected).toBe(false);
});

test("the name can be left out, and the panel aligned", async () => {
  const { page } = await showMenu({ showName: false, align: "start", className: "mine", theme: "dark" });
  expect(opener().textContent).toBe("");
  expect(page.querySelector<HTMLElement>(".entrance-account.mine")?.dataset).toMatchObject({
    align: "start",
    theme: "dark",
  });
});

test.each([
  ["end", { left: -100, right: 250 }, "start"],
  ["end", { left: 0, right: 350 }, "end"],
  ["start", { left: 900, right: 1250 }, "end"],
] as const)("a panel aligned at the %s with %o is aligned at the %s", async (align, rectangle, shown) => {
  vi.spyOn(Element.prototype, "getBoundingClientRect").mockReturnValue(rectangle as DOMRect);
  vi.spyOn(document.documentElement, "clientWidth", "get").mockReturnValue(1000);
  const { page } = await showMenu({ align });
  await open();
  expect(page.querySelector<HTMLElement>(".entrance-account")?.dataset["align"]).toBe(shown);
});

test.each([
  [{ left: -40, right: 264 }, "48px"],
  [{ left: 40, right: 344 }, "-32px"],
  [{ left: 16, right: 320 }, ""],
])("a panel at %o, which fits at neither side, is moved by '%s'", async (rectangle, moved) => {
  vi.spyOn(Element.prototype, "getBoundingClientRect").mockReturnValue(rectangle as DOMRect);
  vi.spyOn(document.documentElement, "clientWidth", "get").mockReturnValue(320);
  const { page } = await showMenu();
  await open();
  expect(page.querySelector<HTMLElement>(".entrance-account-panel")?.style.translate).toBe(moved);
});

test("a panel is moved again when the window changes", async () => {
  const width = vi.spyOn(document.documentElement, "clientWidth", "get").mockReturnValue(1000);
  vi.spyOn(Element.prototype, "getBoundingClientRect").mockReturnValue({ left: 40, right: 344 } as DOMRect);
  const { page } = await showMenu();
  await open();
  width.mockReturnValue(320);
  window.dispatchEvent(new Event("resize"));
  expect(page.querySelector<HTMLElement>(".entrance-account-panel")?.style.translate).toBe("-32px");
});

test("a name is cut at its end, in either direction of the page", async () => {
  await showMenu();
  expect(screen.getByText("Ada Lovelace").dir).toBe("auto");
});

test("Escape closes the panel and returns the focus", async () => {
  await showMenu();
  await open();
  await userEvent.tab();
  expect(document.activeElement).not.toBe(screen.getByRole("button", { expanded: true }));
  await userEvent.keyboard("{Escape}");
  expect(document.activeElement).toBe(opener());
});

test("Escape on a closed menu is left to others", async () => {
  const { page } = await showMenu();
  const seen = vi.fn();
  page.addEventListener("keydown", seen);
  opener().focus();
  await userEvent.keyboard("{Escape}");
  expect(seen).toHaveBeenCalledOnce();
});

test("a click elsewhere closes the panel, and one in it does not", async () => {
  await showMenu();
  await open();
  await userEvent.click(screen.getByText("ada@contoso.example", { selector: "p" }));
  screen.getByRole("button", { expanded: true });
  await userEvent.click(screen.getByText("signed-in"));
  expect(opener().getAttribute("aria-expanded")).toBe("false");
});

test("the focus elsewhere closes the panel", async () => {
  await showMenu({ details: false });
  await open();
  for (let tabs = 0; tabs < 3; tabs++) await userEvent.tab();
  expect(document.activeElement?.textContent).toBe("Elsewhere");
  expect(opener().getAttribute("aria-expanded")).toBe("false");
});

test("it lists the sessions and the connected account, with dates in the language", async () => {
  await showMenu();
  await open();
  await screen.findByText("Diese Sitzung");
  expect(row("Diese Sitzung").textContent).toMatch(/^Diese Sitzung seit dem 29\. November 2026/);
  expect(within(row("Diese Sitzung")).queryByRole("button")).toBeNull();
  expect(screen.getByRole("region", { name: "Microsoft-Konten" }).textContent).toBe(
    "Microsoft-Kontenada@contoso.example verbunden am 5. April 2026",
  );
  expect(screen.getByRole<HTMLAnchorElement>("link", { name: "Konto verwalten" }).pathname).toBe("/entrance/account/");
});

test("another session can be ended; the list is announced and keeps the focus", async () => {
  const { django, bodies } = await showMenu();
  await open();
  await screen.findByText("Andere Sitzung");
  django.onApi = () => answer([HERE]);
  await userEvent.click(screen.getByRole("button", { name: /^Sitzung seit dem 28\. November 2026.* beenden$/ }));
  await screen.findByText("Die Sitzung wurde beendet.");
  expect(bodies).toEqual([{ action: "sign_out", session: "2" }]);
  expect(screen.queryByText("Andere Sitzung")).toBeNull();
  expect(document.activeElement).toBe(screen.getByRole("region", { name: "Sitzungen" }));
});

test("a session that could not be ended stays, with the reason", async () => {
  const { django } = await showMenu();
  await open();
  await screen.findByText("Andere Sitzung");
  django.onApi = () => problem("password_needed");
  await userEvent.click(screen.getByRole("button", { name: /beenden$/ }));
  expect((await screen.findByRole("alert")).textContent).toBe(de.errors.password_needed);
  screen.getByText("Andere Sitzung");
});

test("lists that do not load say why, and the sign-out stays", async () => {
  const { django } = await showMenu();
  django.onApi = () => new Response("Oh no", { status: 500 });
  await open();
  expect((await screen.findByRole("alert")).textContent).toBe(de.errors.network);
  screen.getByRole("button", { name: "Abmelden" });
});

test("a password person without a Microsoft account can connect one", async () => {
  const { django } = await showMenu({}, BARBARA_VISITS);
  django.onApi = () => answer([], []);
  await open();
  screen.getByText("Mit Passwort angemeldet");
  await screen.findByRole("button", { name: "Microsoft-Konto verbinden" });
  expect(screen.queryByText("Sitzungen")?.closest("section")?.hidden).toBe(true);
});

test("an account other than the signed-in one is named by its id", async () => {
  const { django } = await showMenu();
  django.onApi = () => answer([], [{ ...ACCOUNT, object_id: "b0b00000" }]);
  await open();
  await screen.findByText("Konto b0b00000");
});

test("without details nothing is asked of Django", async () => {
  const { django } = await showMenu({ details: false, children: <a href="/settings/">Settings</a> });
  const before = django.sent.length;
  await open();
  await screen.findByRole("link", { name: "Settings" });
  expect(django.sent).toHaveLength(before);
});

test("Sign out ends the session of this browser", async () => {
  const { bodies } = await showMenu({ details: false });
  await open();
  await userEvent.click(await screen.findByRole("button", { name: "Abmelden" }));
  await waitFor(() => expect(screen.getByText("signed-out")).toBeTruthy());
  expect(bodies).toEqual([]);
});

test("Sign out everywhere ends the other sessions first", async () => {
  const { bodies } = await showMenu({ details: false });
  await open();
  await userEvent.click(await screen.findByRole("button", { name: "Überall abmelden" }));
  await waitFor(() => expect(screen.getByText("signed-out")).toBeTruthy());
  expect(bodies).toEqual([{ action: "sign_out", session: "2" }]);
});

test("Sign out everywhere ends this session even if the others do not answer", async () => {
  const { django } = await showMenu({ details: false });
  django.onApi = () => new Response("Oh no", { status: 500 });
  await open();
  await userEvent.click(await screen.findByRole("button", { name: "Überall abmelden" }));
  await waitFor(() => expect(screen.getByText("signed-out")).toBeTruthy());
});

test("Sign out everywhere ends this session even if account/ gives no answer at all", async () => {
  const { django } = await showMenu({ details: false });
  await open();
  const button = await screen.findByRole("button", { name: "Überall abmelden" });
  const answering = fetch;
  const never = (): Promise<never> => new Promise(() => {});
  vi.stubGlobal("fetch", (request: Request | URL | string, init?: RequestInit) =>
    new Request(request, init).url.endsWith("/account/") ? never() : answering(request, init),
  );
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  fireEvent.click(button);
  await vi.waitFor(() => vi.advanceTimersByTimeAsync(LIMIT_MS).then(() => expect(django.asked()).toContain("DELETE")));
  vi.useRealTimers();
  await waitFor(() => expect(screen.getByText("signed-out")).toBeTruthy());
});

test("a sign-out that fails says why", async () => {
  const { django } = await showMenu({ details: false });
  django.refusals.set("DELETE", new TypeError("Failed to fetch"));
  await open();
  await userEvent.click(await screen.findByRole("button", { name: "Abmelden" }));
  await screen.findByRole("alert");
  screen.getByText("signed-in");
});

test("axe finds nothing in the open panel", async () => {
  const { page } = await showMenu();
  await open();
  await screen.findByText("Andere Sitzung");
  const rules = { "color-contrast": { enabled: false }, region: { enabled: false } };
  expect((await axe.run(page, { rules })).violations).toEqual([]);
});
