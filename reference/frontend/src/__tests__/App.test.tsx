import { EntranceProvider } from "@django-entrance/react";
import { createSession } from "@django-entrance/react/session";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import { App } from "../App";
import { ownLogin } from "../session/ownLogin";
import { tokens } from "../session/tokenStore";
import { page, WITHOUT_ROLE, WRITER } from "../testing/people";
import { graphQLError, problem, scriptedApi } from "../testing/scriptedApi";

/** Each test has a session of its own. */
let count = 0;

/** Renders Logbook with a scripted API and without config.json. */
function renderApp(script: Parameters<typeof scriptedApi>[0]) {
  const api = scriptedApi(script);
  vi.stubGlobal("fetch", async (input: RequestInfo | URL, init?: RequestInit) => {
    const address = input instanceof Request ? input.url : String(input);
    return address.endsWith("/graphql/") ? api.fetch(input, init) : new Response(null, { status: 503 });
  });
  render(
    <EntranceProvider session={createSession({ config: `/${++count}/config.json`, ownLogin })}>
      <App />
    </EntranceProvider>,
  );
  return { ...api, user: userEvent.setup() };
}

async function signIn(user: ReturnType<typeof userEvent.setup>) {
  await user.type(screen.getByLabelText("Username"), "barbara");
  await user.type(screen.getByLabelText("Password"), "logbook-demo");
  await user.click(screen.getByRole("button", { name: "Sign in" }));
}

const SIGNED_IN = { signIn: { token: "own", expiresAt: "2026-11-24T00:00:00Z" } };

afterEach(() => {
  tokens.forget();
  vi.unstubAllGlobals();
});

test("without config.json Microsoft sign-in shows an error and can be retried", async () => {
  renderApp({});
  const alert = await screen.findByText("Microsoft sign-in is not available.");
  expect(alert.closest("[role=alert]")).not.toBeNull();
  screen.getByRole("button", { name: "Try again" });
});

test("a password signs in and its token is used", async () => {
  const { user, asked } = renderApp({
    SignIn: () => SIGNED_IN,
    Viewer: () => ({ viewer: WRITER }),
    Entries: () => page([]),
  });
  await signIn(user);
  await screen.findByRole("heading", { name: "Nothing logged yet" });
  expect(asked.map(({ operation }) => operation)).toEqual(["SignIn", "Viewer", "Entries"]);
  expect(asked[0]?.headers.has("Authorization")).toBe(false);
  expect(asked[1]?.headers.get("Authorization")).toBe("Bearer own");
});

test("a wrong password shows an error, and the form stays", async () => {
  const { user } = renderApp({ SignIn: () => graphQLError("INVALID_CREDENTIALS", "Wrong password.") });
  await signIn(user);
  const sentence = await screen.findByText("Wrong password.");
  expect(sentence.getAttribute("role")).toBe("alert");
  expect(screen.getByLabelText<HTMLInputElement>("Username").value).toBe("barbara");
  expect(document.activeElement).toBe(screen.getByLabelText("Password"));
});

test("an expired token leads to the sign-in page with the reason", async () => {
  tokens.keep("old", "barbara");
  renderApp({ Viewer: () => problem(401, "token_expired") });
  const sentence = await screen.findByText("Your sign-in has expired. Please sign in again.");
  expect(sentence.getAttribute("role")).toBe("alert");
  screen.getByLabelText("Username");
});

test("signing out removes the token", async () => {
  tokens.keep("own", "barbara");
  const { user } = renderApp({ Viewer: () => ({ viewer: WRITER }), Entries: () => page([]) });
  await screen.findByRole("heading", { name: "Nothing logged yet" });
  await user.click(screen.getByRole("button", { name: "Sign out" }));
  screen.getByLabelText("Username");
  expect(tokens.current().token).toBeNull();
});

test("without a role the log is not shown", async () => {
  tokens.keep("own", "barbara");
  renderApp({ Viewer: () => ({ viewer: WITHOUT_ROLE }) });
  await screen.findByRole("heading", { name: "You have no role yet" });
  expect(screen.queryByRole("searchbox")).toBeNull();
});

test("a refusal shows the problem document", async () => {
  tokens.keep("own", "barbara");
  renderApp({ Viewer: () => problem(403, "user_disabled") });
  await screen.findByRole("heading", { name: "Access denied" });
  screen.getByText("user_disabled");
});

test("an anonymous viewer shows an error", async () => {
  tokens.keep("own", "barbara");
  renderApp({ Viewer: () => ({ viewer: null }) });
  expect((await screen.findByRole("alert")).textContent).toBe("You are no longer signed in.");
});

test("the password field shows that Caps Lock is on", async () => {
  const { user } = renderApp({});
  await user.click(screen.getByLabelText("Password"));
  await user.keyboard("{CapsLock}a");
  screen.getByText("Caps Lock is on.");
});
