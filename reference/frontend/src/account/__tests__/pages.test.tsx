import { EntranceError, EntranceProvider } from "@django-entrance/react";
import { createSession } from "@django-entrance/react/session";
import { errorOf, needsInteraction } from "@django-entrance/react/testing";
import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import { Refused } from "../../session/errors";
import { WITHOUT_ROLE } from "../../testing/people";
import { renderSignedIn } from "../../testing/renderSignedIn";
import { NoRolePage } from "../NoRolePage";
import { RefusedPage } from "../RefusedPage";
import { SignOutButton } from "../SignOutButton";

const DISABLED = new Refused({ status: 403, title: "Account disabled", detail: "Ask them.", reason: "user_disabled" });

test("without a role the page shows the account and the roles to ask for", async () => {
  const onCheckAgain = vi.fn();
  const { user } = renderSignedIn(<NoRolePage viewer={WITHOUT_ROLE} onCheckAgain={onCheckAgain} />, {});
  screen.getByRole("heading", { name: "You have no role yet" });
  screen.getByText("Barbara Liskov");
  screen.getByRole("button", { name: "Sign out" });
  await user.click(screen.getByRole("button", { name: "Check again" }));
  expect(onCheckAgain).toHaveBeenCalledOnce();
});

test("a refusal shows the reason and can be retried", async () => {
  const onTryAgain = vi.fn();
  const { user } = renderSignedIn(<RefusedPage error={DISABLED} onTryAgain={onTryAgain} />, {});
  screen.getByRole("heading", { name: "Account disabled" });
  expect(screen.getByRole("alert").textContent).toBe("Ask them.");
  screen.getByText("user_disabled");
  await user.click(screen.getByRole("button", { name: "Try again" }));
  expect(onTryAgain).toHaveBeenCalledOnce();
});

test("a refused person may sign out", async () => {
  const { user, calls } = renderSignedIn(<RefusedPage error={DISABLED} onTryAgain={() => {}} />, {});
  await user.click(screen.getByRole("button", { name: "Sign out" }));
  expect(calls).toEqual([{ name: "signOut", options: { everywhere: true } }]);
});

test("a failed sign-out shows an error", async () => {
  const session = createSession({
    config: "/entrance/config.json",
    ownLogin: {
      account: () => ({ name: "Barbara Liskov", username: "barbara" }),
      subscribe: () => () => {},
      authorize: () => {},
      signOut: () => Promise.reject(errorOf("network")),
    },
  });
  render(
    <EntranceProvider session={session}>
      <SignOutButton />
    </EntranceProvider>,
  );
  await userEvent.click(screen.getByRole("button", { name: "Sign out" }));
  expect((await screen.findByRole("alert")).textContent).toContain("Logbook cannot be reached");
});

test("an error without a reason shows none", () => {
  renderSignedIn(<RefusedPage error={new TypeError("Failed to fetch")} onTryAgain={() => {}} />, {});
  expect(screen.queryByText(/Reason/)).toBeNull();
});

test("after interaction_required the person signs in again, and the page retries", async () => {
  const onTryAgain = vi.fn();
  const error = new EntranceError("interaction_required");
  const session = needsInteraction({ username: "grace@contoso.example" });
  const { user, calls } = renderSignedIn(<RefusedPage error={error} onTryAgain={onTryAgain} />, {}, { session });
  await user.click(screen.getByRole("button", { name: "Sign in again" }));
  await waitFor(() => expect(onTryAgain).toHaveBeenCalledOnce());
  expect(calls).toEqual([{ name: "signIn", options: { loginHint: "grace@contoso.example" } }]);
});

test("a password session tries again instead", () => {
  renderSignedIn(<RefusedPage error={new EntranceError("interaction_required")} onTryAgain={() => {}} />, {});
  screen.getByRole("button", { name: "Try again" });
});
