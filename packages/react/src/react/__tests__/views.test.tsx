import { screen } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import axe from "axe-core";
import { useState } from "react";
import { expect, test, vi } from "vitest";
import {
  ADA_HERE,
  needsInteraction,
  renderSession,
  type ShownSession,
  signedInAda,
  signedOut,
} from "../../__tests__/shownSession.js";
import { EntranceError } from "../../session/errors.js";
import { de } from "../../texts/de.js";
import { RequireRole } from "../RequireRole.js";
import { SessionFailed } from "../SessionFailed.js";
import { SessionLoading } from "../SessionLoading.js";
import { SignedIn } from "../SignedIn.js";
import { SignedOut } from "../SignedOut.js";
import { SignInError } from "../SignInError.js";
import { useAccount, useHasRole } from "../useAccount.js";

const starting: ShownSession = { status: "starting" };
const signingIn: ShownSession = { status: "signing-in" };
const failed = (retry = vi.fn()): ShownSession => ({
  status: "failed",
  error: new EntranceError("config_unreachable"),
  retry,
});

const ALL = (
  <>
    <SignedIn>in</SignedIn>
    <SignedOut>out</SignedOut>
    <SessionLoading>loading</SessionLoading>
    <SessionFailed>{() => "failed"}</SessionFailed>
  </>
);

test.each([
  ["in", signedInAda],
  ["in", needsInteraction()],
  ["out", signedOut],
  ["out", signingIn],
  ["loading", starting],
  ["failed", failed()],
] as const)("only %s is shown while the session is %o", (shown, session) => {
  expect(renderSession(session, ALL).page.textContent).toBe(shown);
});

function Draft(): React.ReactElement {
  const [text, setText] = useState("");
  return <textarea aria-label="Draft" value={text} onChange={(event) => setText(event.target.value)} />;
}

test("a draft is kept while Microsoft wants to see the person again", async () => {
  const { show } = renderSession(
    signedInAda,
    <SignedIn>
      <Draft />
    </SignedIn>,
  );
  await userEvent.type(screen.getByLabelText("Draft"), "A moth");
  show(needsInteraction());
  expect(screen.getByLabelText<HTMLTextAreaElement>("Draft").value).toBe("A moth");
  show(signedOut);
  expect(screen.queryByLabelText("Draft")).toBeNull();
});

test("a typed name stays while the window is open", async () => {
  const { show } = renderSession(
    signedOut,
    <SignedOut>
      <Draft />
    </SignedOut>,
  );
  await userEvent.type(screen.getByLabelText("Draft"), "barbara");
  show(signingIn);
  expect(screen.getByLabelText<HTMLTextAreaElement>("Draft").value).toBe("barbara");
});

test("SignedIn gives a function the account", () => {
  expect(renderSession(signedInAda, <SignedIn>{({ name }) => name}</SignedIn>).page.textContent).toBe("Ada Lovelace");
});

test("SessionLoading says so by itself", () => {
  expect(renderSession(starting, <SessionLoading />, de).page.textContent).toBe("Wird geladen …");
});

test("SessionFailed says why and tries again", async () => {
  const retry = vi.fn();
  const { page } = renderSession(failed(retry), <SessionFailed className="mine" theme="dark" />, de);
  expect(screen.getByRole("alert").textContent).toBe(de.errors.config_unreachable);
  expect(page.querySelector<HTMLElement>(".entrance-notice.mine")?.dataset["theme"]).toBe("dark");
  await userEvent.click(screen.getByRole("button", { name: "Erneut versuchen" }));
  expect(retry).toHaveBeenCalledOnce();
});

test("SignInError says why the sign-in failed, and can be dismissed", async () => {
  const dismiss = vi.fn();
  const error = new EntranceError("not_assigned");
  const { show } = renderSession({ status: "signed-out", error, dismiss }, <SignInError />);
  expect(screen.getByRole("alert").textContent).toBe(error.message);
  await userEvent.click(screen.getByRole("button", { name: "Dismiss" }));
  expect(dismiss).toHaveBeenCalledOnce();
  show(signedOut);
  expect(screen.queryByRole("alert")).toBeNull();
});

test("when an error is dismissed by the keyboard, the focus returns to where it was", async () => {
  const { show } = renderSession(
    { status: "signed-out", error: new EntranceError("not_assigned"), dismiss: () => {} },
    <>
      <button type="button">Sign in</button>
      <SignInError />
    </>,
  );
  const button = screen.getByRole("button", { name: "Sign in" });
  button.focus();
  await userEvent.tab();
  expect(document.activeElement?.textContent).toBe("Dismiss");
  show(signedOut);
  await vi.waitFor(() => expect(document.activeElement).toBe(button));
});

test("a focus that is elsewhere stays there", async () => {
  const { show } = renderSession(
    { status: "signed-out", error: new EntranceError("not_assigned"), dismiss: () => {} },
    <>
      <button type="button">Sign in</button>
      <SignInError />
      <input aria-label="Name" />
    </>,
  );
  screen.getByRole("button", { name: "Sign in" }).focus();
  await userEvent.tab();
  await userEvent.tab();
  show(signedOut);
  expect(document.activeElement).toBe(screen.getByLabelText("Name"));
});

test.each([
  [{ role: "Editor" }, "yes"],
  [{ role: "Owner" }, "no"],
  [{ anyOf: ["Owner", "Editor"] }, "yes"],
  [{ anyOf: ["Owner", "Reader"] }, "no"],
  [{ anyOf: [] }, "no"],
] as const)("with the role Editor, RequireRole %o: %s", (required, shown) => {
  const element = (
    <RequireRole {...required} fallback="no">
      yes
    </RequireRole>
  );
  expect(renderSession(signedInAda, element).page.textContent).toBe(shown);
});

test("RequireRole shows nothing to a person who is not signed in", () => {
  expect(renderSession(signedOut, <RequireRole role="Editor">yes</RequireRole>).page.textContent).toBe("");
});

test("a role counts while Microsoft wants to see the person again", () => {
  expect(renderSession(needsInteraction(), <RequireRole role="Editor">yes</RequireRole>).page.textContent).toBe("yes");
});

function Hooks(): string {
  return `${useAccount()?.name}, ${useHasRole("Editor")}, ${useHasRole(["Owner", "Reader"])}`;
}

test.each([
  [{ status: "signed-in", ...ADA_HERE }, "Ada Lovelace, true, false"],
  [signedOut, "undefined, false, false"],
] as const)("the hooks tell account and roles of %o", (session, told) => {
  expect(renderSession(session, <Hooks />).page.textContent).toBe(told);
});

test("axe finds nothing in the notices", async () => {
  const error = new EntranceError("not_assigned");
  const { page } = renderSession({ status: "signed-out", error, dismiss: () => {} }, <SignInError />);
  expect((await axe.run(page, { rules: { region: { enabled: false } } })).violations).toEqual([]);
});
