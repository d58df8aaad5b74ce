import { act, screen, waitFor } from "@testing-library/react";
import { expect, test } from "vitest";
import { entry, page, READER } from "../../testing/people";
import { renderSignedIn } from "../../testing/renderSignedIn";
import { scriptedLive as live } from "../../testing/scriptedLive";
import { LogPage } from "../LogPage";

const first = entry({ id: "9", text: "First." });
const second = entry({ id: "10", text: "Second.", author: { username: "grace", fullName: "Grace Hopper" } });

async function opened(entries = [first]) {
  const signedIn = renderSignedIn(<LogPage viewer={READER} />, { Entries: () => page(entries) });
  await waitFor(() => expect(live.subscriptions.size).toBe(1));
  act(() => live.tell("connected"));
  await waitFor(() => expect(signedIn.asked.some(({ operation }) => operation === "Entries")).toBe(true));
  if (entries.length > 0) await screen.findByText("First.");
  else await screen.findByText("Nothing logged yet");
  return signedIn;
}

const expectTexts = (expected: string[]) => waitFor(() => expect(texts()).toEqual(expected));

const texts = () => screen.queryAllByRole("article").map((each) => each.querySelector(".entry-text")?.textContent);

test("a new entry appears on top, once, and is announced", async () => {
  await opened();
  screen.getByText("Live");
  act(() => live.send(second));
  act(() => live.send(second));
  await expectTexts(["Second.", "First."]);
  await screen.findByText("New entry by Grace Hopper.");
});

test("an entry of one's own is not announced", async () => {
  await opened();
  act(() => live.send(entry({ id: "10", text: "Mine." })));
  await expectTexts(["Mine.", "First."]);
  expect(screen.queryByText(/New entry by/)).toBeNull();
});

test("a connection that opens again goes on after the last entry", async () => {
  await opened();
  expect(live.variables()).toEqual([{ after: "9" }]);
  act(() => live.send(second));
  act(() => live.tell("closed"));
  screen.getByText("Reconnecting…");
  expect(live.variables()).toEqual([{ after: "10" }]);
  act(() => live.tell("connected"));
  screen.getByText("Live");
});

test("an empty log is followed from its beginning", async () => {
  await opened([]);
  expect(live.variables()).toEqual([{ after: "0" }]);
  act(() => live.send(second));
  await expectTexts(["Second."]);
});

test("a list with a filter is read again", async () => {
  const { user, asked } = await opened();
  await user.click(screen.getByRole("button", { name: "security" }));
  const filtered = () => asked.filter(({ variables }) => variables["tag"] === "security").length;
  await waitFor(() => expect(filtered()).toBe(1));
  act(() => live.send(second));
  await waitFor(() => expect(filtered()).toBe(2));
  await expectTexts(["First."]);
});

test("a server that refuses leaves the list as it was", async () => {
  await opened();
  act(() => live.fail(new Error("4403")));
  screen.getByText("Not live");
  await expectTexts(["First."]);
});
