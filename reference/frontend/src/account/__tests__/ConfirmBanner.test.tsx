import { EntranceProvider, useSession } from "@django-entrance/react";
import { render, screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { ConfirmBanner } from "../ConfirmBanner";

function Status() {
  return <p>{useSession().status}</p>;
}

test("a session that needs no confirmation has no banner", async () => {
  const config = { authority: "", clientId: "", scopes: [], redirectUri: "" };
  render(
    <EntranceProvider config={config}>
      <Status />
      <ConfirmBanner />
    </EntranceProvider>,
  );
  await screen.findByText("failed");
  expect(screen.queryByRole("alert")).toBeNull();
});
