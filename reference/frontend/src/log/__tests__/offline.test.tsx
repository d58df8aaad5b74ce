import { onlineManager } from "@tanstack/react-query";
import { act, screen } from "@testing-library/react";
import { afterEach, expect, test } from "vitest";
import { page, WRITER } from "../../testing/people";
import { renderSignedIn } from "../../testing/renderSignedIn";
import { OfflineBanner } from "../../ui/OfflineBanner";
import { LogPage } from "../LogPage";

afterEach(() => onlineManager.setOnline(true));

test("an entry added while offline waits, and is sent when the connection is back", async () => {
  const { user, asked } = renderSignedIn(
    <>
      <LogPage viewer={WRITER} />
      <OfflineBanner />
    </>,
    { Entries: () => page([]), AddEntry: () => ({ addEntry: null }) },
  );
  await screen.findByRole("heading", { name: "Nothing logged yet" });
  act(() => onlineManager.setOnline(false));
  screen.getByText(/You are offline/);
  await user.type(screen.getByRole("textbox", { name: "New entry" }), "Power is out.");
  await user.click(screen.getByRole("button", { name: "Add entry" }));
  await screen.findByRole("button", { name: "Waiting for connection" });
  expect(asked.some(({ operation }) => operation === "AddEntry")).toBe(false);
  act(() => onlineManager.setOnline(true));
  await screen.findByText("Entry added.");
  expect(screen.queryByText(/You are offline/)).toBeNull();
});
