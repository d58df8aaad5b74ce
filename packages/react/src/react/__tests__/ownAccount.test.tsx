import { render, screen } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import { expect, test } from "vitest";
import { json, recordingFetch, signedIn, TestingProvider } from "../../testing.js";
import { AccountMenu } from "../AccountMenu.js";

const CONNECTED = { id: 1, tenant_id: "t", object_id: "o", connected_at: "2026-11-29T07:00:00Z" };
const STARTED = { id: "1", started_at: "2026-11-29T07:00:00Z", is_current: true };

async function openPanel(answer: unknown): Promise<void> {
  render(
    <TestingProvider session={signedIn()} fetch={recordingFetch({ "/entrance/account/": json(answer) })}>
      <AccountMenu />
    </TestingProvider>,
  );
  await userEvent.click(screen.getByRole("button", { name: "Account of Ada Lovelace" }));
}

test("the panel shows an answer of django-entrance", async () => {
  await openPanel({ accounts: [CONNECTED], sessions: [STARTED] });
  expect(await screen.findByText(/This session/)).toBeTruthy();
  expect(screen.queryByRole("alert")).toBeNull();
});

test.each<[string, unknown]>([
  ["without lists", {}],
  ["that is a list", []],
  ["that is null", null],
  ["with other names", { accounts: [{ ...CONNECTED, connected_at: undefined }], sessions: [STARTED] }],
  ["with a session without a moment", { accounts: [], sessions: [{ ...STARTED, started_at: "today" }] }],
])("an answer %s is an error inside the panel, and the page stays", async (_, answer) => {
  await openPanel(answer);
  expect((await screen.findByRole("alert")).textContent).toContain("entrance/account/ did not answer with the lists");
  expect(screen.getByRole("button", { name: "Sign out" })).toBeTruthy();
});
