import type { Session } from "@django-entrance/react";
import { signedIn } from "@django-entrance/react/testing";
import { screen, waitFor } from "@testing-library/react";
import { afterEach, expect, test } from "vitest";
import { PASSWORD_SESSION, renderSignedIn } from "../../testing/renderSignedIn";
import { OwnSessions } from "../OwnSessions";

const HERE = { id: "1", door: "session", started_at: "2026-11-28T10:00:00+00:00", is_current: true };
const THERE = { ...HERE, id: "2", started_at: "2026-11-27T08:30:00+00:00", is_current: false };

const page = document.documentElement.dataset;
const MICROSOFTS = signedIn({ via: "entra" });

afterEach(() => delete page["session"]);

function show(answers: unknown[][], session: Session = PASSWORD_SESSION) {
  const sent: unknown[] = [];
  const fetch = async (input: RequestInfo | URL) => {
    const body = await (input as Request).text();
    sent.push(body ? JSON.parse(body) : null);
    return Response.json({ accounts: [], password_needed: false, sessions: answers.shift() });
  };
  return { ...renderSignedIn(<OwnSessions />, {}, { fetch, session }), sent };
}

test("another session can be ended, this one by signing out", async () => {
  const { user, sent } = show([[HERE, THERE], [HERE]]);
  expect(await screen.findByText("This session")).toBeTruthy();
  await user.click(screen.getByRole("button", { name: /^End the session since 27 November 2026/ }));
  await waitFor(() => expect(screen.queryByText("Another session")).toBeNull());
  expect(sent).toEqual([null, { action: "sign_out", session: "2" }]);
});

test("a session of Microsoft's can be ended everywhere", async () => {
  page["session"] = "django";
  const { user, calls } = show([[HERE]], MICROSOFTS);
  await user.click(await screen.findByRole("button", { name: "Sign out everywhere" }));
  expect(calls).toEqual([{ name: "signOut", options: { everywhere: true } }]);
});

test.each([
  ["without a Django session", undefined, MICROSOFTS],
  ["in a session of Django's own login", "django", PASSWORD_SESSION],
])("%s there is nothing else to sign out of", async (_where, kept, session) => {
  if (kept) page["session"] = kept;
  show([[HERE]], session);
  await screen.findByText("This session");
  expect(screen.queryByRole("button", { name: "Sign out everywhere" })).toBeNull();
});

test("without sessions nothing is shown", async () => {
  const { sent } = show([[]]);
  await waitFor(() => expect(sent).toEqual([null]));
  expect(screen.queryByRole("heading")).toBeNull();
});
