import { screen } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import axe from "axe-core";
import { expect, test, vi } from "vitest";
import { ADA_HERE, needsInteraction, renderSession, signedInAda } from "../../__tests__/shownSession.js";
import { EntranceError } from "../../session/errors.js";
import { fr } from "../../texts/fr.js";
import { ConfirmSignIn } from "../ConfirmSignIn.js";

test("nothing is shown while nothing is to be confirmed", () => {
  expect(renderSession(signedInAda, <ConfirmSignIn />).page.innerHTML).toBe("");
});

test("it says what Microsoft wants, and a click confirms", async () => {
  const confirm = vi.fn();
  renderSession(needsInteraction(confirm), <ConfirmSignIn>Your draft is kept.</ConfirmSignIn>);
  expect(screen.getByRole("alert").textContent).toBe(
    "Your sign-in has to be confirmed. Please sign in again.Your draft is kept.",
  );
  await userEvent.click(screen.getByRole("button", { name: "Confirm with Microsoft" }));
  expect(confirm).toHaveBeenCalledOnce();
});

test("it cannot be dismissed", () => {
  renderSession(needsInteraction(), <ConfirmSignIn />);
  expect(screen.getAllByRole("button").map(({ textContent }) => textContent)).toEqual(["Confirm with Microsoft"]);
});

test("after a closed window it says so, in the language of the page", () => {
  const error = new EntranceError("popup_closed");
  const session = { status: "needs-interaction", ...ADA_HERE, error, confirm: vi.fn() } as const;
  renderSession(session, <ConfirmSignIn />, fr);
  expect(screen.getByRole("alert").textContent).toBe(`${fr.errors.interaction_required}${fr.errors.popup_closed}`);
  screen.getByRole("button", { name: fr.confirmSignIn });
});

test("while the window is open, the button is busy and brings it to the front", async () => {
  const confirm = vi.fn();
  const { show } = renderSession(needsInteraction(confirm), <ConfirmSignIn />);
  const button = screen.getByRole("button");
  show(needsInteraction(confirm), { busy: true });
  expect([button.getAttribute("aria-busy"), button.title]).toEqual([
    "true",
    "The sign-in window is open. Activate again to bring it to the front.",
  ]);
  await userEvent.click(button);
  expect(confirm).toHaveBeenCalledOnce();
});

test("once confirmed, the focus returns to the draft", async () => {
  const { show } = renderSession(
    needsInteraction(),
    <>
      <textarea aria-label="Draft" />
      <ConfirmSignIn />
    </>,
  );
  screen.getByLabelText("Draft").focus();
  await userEvent.click(screen.getByRole("button"));
  show(signedInAda);
  await vi.waitFor(() => expect(document.activeElement).toBe(screen.getByLabelText("Draft")));
});

test("axe finds nothing", async () => {
  const { page } = renderSession(needsInteraction(), <ConfirmSignIn />);
  expect((await axe.run(page, { rules: { region: { enabled: false } } })).violations).toEqual([]);
});

test.each([
  ["in its own words", "Deleting needs a second proof.", "Deleting needs a second proof."],
  ["by the title only", new EntranceError("interaction_required").message, ""],
])("what the API needs the person for, it says %s, whatever the language", (_, message, shown) => {
  const error = new EntranceError("interaction_required", { message });
  const session = { status: "needs-interaction", ...ADA_HERE, error, confirm: vi.fn() } as const;
  renderSession(session, <ConfirmSignIn />, fr);
  expect(screen.getByRole("alert").textContent).toBe(`${fr.errors.interaction_required}${shown}`);
});
