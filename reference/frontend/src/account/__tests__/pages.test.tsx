import { EntranceError } from "@django-entrance/react";
import { screen, waitFor } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import { Refused, Unreachable } from "../../session/errors";
import { WITHOUT_ROLE } from "../../testing/people";
import { renderSignedIn } from "../../testing/renderSignedIn";
import { NoRolePage } from "../NoRolePage";
import { RefusedPage } from "../RefusedPage";

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
  const signOut = vi.fn(async () => {});
  const { user } = renderSignedIn(<RefusedPage error={DISABLED} onTryAgain={() => {}} />, {}, { signOut });
  await user.click(screen.getByRole("button", { name: "Sign out" }));
  expect(signOut).toHaveBeenCalledOnce();
});

test("a failed sign-out shows an error", async () => {
  const problem = new EntranceError("network");
  const { user } = renderSignedIn(<RefusedPage error={DISABLED} onTryAgain={() => {}} />, {}, { problem });
  await user.click(screen.getByRole("button", { name: "Sign out" }));
  screen.getByText(/Logbook cannot be reached/);
});

test("an error without a reason shows none", () => {
  renderSignedIn(<RefusedPage error={new Unreachable()} onTryAgain={() => {}} />, {});
  expect(screen.queryByText(/Reason/)).toBeNull();
});

test("after interaction_required the person signs in again, and the page retries", async () => {
  const onTryAgain = vi.fn();
  const signInAgain = vi.fn(async () => {});
  const error = new EntranceError("interaction_required");
  const { user } = renderSignedIn(<RefusedPage error={error} onTryAgain={onTryAgain} />, {}, { signInAgain });
  await user.click(screen.getByRole("button", { name: "Sign in again" }));
  await waitFor(() => expect(onTryAgain).toHaveBeenCalledOnce());
  expect(signInAgain).toHaveBeenCalledOnce();
});
