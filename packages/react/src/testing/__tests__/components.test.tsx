import { fireEvent, render, screen, waitFor } from "@testing-library/react";
import type { ReactElement } from "react";
import { afterEach, beforeEach, expect, type MockInstance, test, vi } from "vitest";
import * as entrance from "../../index.js";
import {
  failed,
  json,
  needsInteraction,
  recordingFetch,
  type Session,
  signedIn,
  signedOut,
  signingIn,
  starting,
  TESTING_TOKEN,
  TestingProvider,
} from "../../testing.js";

const SESSIONS: Session[] = [
  starting(),
  failed("offline"),
  signedOut(),
  signedOut("not_assigned"),
  signingIn(),
  signedIn({ via: "entra", roles: ["Editor"] }),
  signedIn({ via: "password" }),
  needsInteraction(),
];

const NO_SESSIONS = { sessions: [], accounts: [] };

let complaints: MockInstance;

beforeEach(() => {
  complaints = vi.spyOn(console, "error");
});

afterEach(() => {
  expect(complaints).not.toHaveBeenCalled();
});

const page = (session: Session, api: typeof fetch): ReactElement => (
  <TestingProvider session={session} fetch={api}>
    <entrance.SessionLoading />
    <entrance.SessionFailed />
    <entrance.SignInError />
    <entrance.SignedOut>
      <entrance.SignInWithMicrosoft />
    </entrance.SignedOut>
    <entrance.ConfirmSignIn />
    <entrance.SignedIn>
      <entrance.AccountMenu />
      <entrance.ConnectMicrosoft />
      <entrance.RequireRole role="Editor" fallback={<p>Not for you</p>}>
        <p>For editors</p>
      </entrance.RequireRole>
    </entrance.SignedIn>
  </TestingProvider>
);

test.each(SESSIONS.map((session) => [session.status, session] as const))(
  "every component shows a session that is %s, and one after the other",
  async (status, session) => {
    const api = recordingFetch({ "/entrance/account/": json(NO_SESSIONS), "/entrance/session/": json({}) });
    const { rerender } = render(page(session, api));
    const isSignedIn = status === "signed-in" || status === "needs-interaction";
    await waitFor(() => expect(screen.queryAllByText(/For editors|Not for you/).length).toBe(isSignedIn ? 1 : 0));
    for (const next of SESSIONS) rerender(page(next, api));
    await waitFor(() => expect(screen.queryAllByText("Not for you").length).toBe(1));
  },
);

test("a role of the session opens what requires it", () => {
  const { rerender } = render(page(signedIn({ roles: ["Editor"] }), recordingFetch({})));
  expect(screen.getByText("For editors")).toBeTruthy();
  rerender(page(signedIn({ roles: ["Reader"] }), recordingFetch({})));
  expect(screen.getByText("Not for you")).toBeTruthy();
});

test("the hooks work below it", async () => {
  const api = recordingFetch({ "/api/": json("answer") });
  function Hooks(): ReactElement {
    const fetchIt = entrance.useAuthorizedFetch();
    const name = entrance.useAccount()?.name;
    return (
      <button type="button" onClick={() => void fetchIt("/api/")}>
        {name} {entrance.useHasRole("Editor") ? "edits" : "reads"}
      </button>
    );
  }
  render(
    <TestingProvider session={signedIn({ roles: ["Editor"] })} fetch={api}>
      <Hooks />
    </TestingProvider>,
  );
  fireEvent.click(screen.getByRole("button", { name: "Ada Lovelace edits" }));
  await waitFor(() => expect(api.requests).toHaveLength(1));
  expect(await entrance.getAccessToken({ scopes: ["User.Read"] })).toBe(TESTING_TOKEN);
});

test("without a signed-in person there is no token", async () => {
  render(<TestingProvider session={signedOut()} />);
  await expect(entrance.getAccessToken()).rejects.toMatchObject({ code: "not_signed_in" });
});
