import { screen, waitFor } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import type { SignedInSession } from "../../session/useSignedInSession";
import { renderSignedIn } from "../../testing/renderSignedIn";
import { OwnSessions } from "../OwnSessions";

const HERE = { id: "1", door: "session", started_at: "2026-11-28T10:00:00+00:00", is_current: true };
const THERE = { ...HERE, id: "2", started_at: "2026-11-27T08:30:00+00:00", is_current: false };

function show(answers: unknown[][], session: Partial<SignedInSession> = {}) {
  const sent: unknown[] = [];
  const send = async (_address: string, { body }: RequestInit) => {
    sent.push(body ? JSON.parse(String(body)) : null);
    return Response.json({ accounts: [], password_needed: false, sessions: answers.shift() });
  };
  return { ...renderSignedIn(<OwnSessions />, {}, { send, ...session }), sent };
}

test("another session can be ended, this one by signing out", async () => {
  const { user, sent } = show([[HERE, THERE], [HERE]]);
  expect(await screen.findByText("This session")).toBeTruthy();
  await user.click(screen.getByRole("button", { name: /^End the session since 27 November 2026/ }));
  await waitFor(() => expect(screen.queryByText("Another session")).toBeNull());
  expect(sent).toEqual([null, { action: "sign_out", session: "2" }]);
});

test("a session of Microsoft's can be ended everywhere", async () => {
  const signOutEverywhere = vi.fn(async () => {});
  const { user } = show([[HERE]], { signOutEverywhere });
  await user.click(await screen.findByRole("button", { name: "Sign out everywhere" }));
  expect(signOutEverywhere).toHaveBeenCalledOnce();
});

test("without sessions nothing is shown", async () => {
  const { sent } = show([[]]);
  await waitFor(() => expect(sent).toEqual([null]));
  expect(screen.queryByRole("heading")).toBeNull();
});
