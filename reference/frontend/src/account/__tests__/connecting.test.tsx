import { type IMsalContext, MsalContext } from "@azure/msal-react";
import {
  type Account,
  type ConnectOptions,
  type ConnectResult,
  EntranceError,
  type OwnFetch,
  type Session,
} from "@django-entrance/react";
import { signedIn } from "@django-entrance/react/testing";
import { screen, waitFor } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import { PASSWORD_SESSION, renderSignedIn } from "../../testing/renderSignedIn";
import { graphQLError, scriptedApi } from "../../testing/scriptedApi";
import { AccountExistsPage } from "../AccountExistsPage";
import { MicrosoftAccounts } from "../MicrosoftAccounts";

const GRACE = {
  name: "Grace Hopper",
  username: "grace@contoso.example",
  tenantId: "c0470500-0000-4000-a000-000000000001",
  objectId: "96ace000-0000-4000-a000-000000000012",
};
const CONNECTED = {
  id: 7,
  tenant_id: GRACE.tenantId,
  object_id: GRACE.objectId,
  connected_at: "2026-11-28T10:00:00+00:00",
};
const microsoft = vi.hoisted(() => ({ connect: vi.fn<(options: ConnectOptions, send: OwnFetch) => unknown>() }));

/** Stands in for the package's own part, which has tests of its own. */
vi.mock("@django-entrance/react", async (original) => ({
  ...(await original<object>()),
  ConnectMicrosoft: ({ askPassword, onConnected }: { askPassword: boolean; onConnected: () => void }) => (
    <button type="button" data-password={askPassword} onClick={onConnected}>
      Connect Microsoft
    </button>
  ),
  useConnectMicrosoft: ({ fetch }: { fetch: OwnFetch }) => ({
    connect: (options: ConnectOptions) => microsoft.connect(options, fetch),
  }),
}));

type Answer = { accounts: unknown[]; password_needed: boolean } | Response;

/** `known` is the Microsoft account in MSAL's cache. */
function show(answers: Answer[], session: Session = PASSWORD_SESSION, known?: Account) {
  const sent: unknown[] = [];
  const fetch = async (input: RequestInfo | URL) => {
    const body = await (input as Request).text();
    sent.push(body ? JSON.parse(body) : null);
    const answer = answers.shift();
    return answer instanceof Response ? answer : Response.json(answer);
  };
  const accounts = known ? [{ ...known, localAccountId: known.objectId }] : [];
  const view = (
    <MsalContext value={{ accounts } as unknown as IMsalContext}>
      <MicrosoftAccounts />
    </MsalContext>
  );
  return { ...renderSignedIn(view, {}, { fetch, session }), sent };
}

function refusal(reason: string): Response {
  const body = { type: `urn:django-entrance:${reason}`, title: "A title", detail: "A detail.", reason };
  return new Response(JSON.stringify(body), { status: 403 });
}

test("without an account, connecting is offered, and the list is asked for again", async () => {
  const { user, sent } = show([
    { accounts: [], password_needed: true },
    { accounts: [CONNECTED], password_needed: true },
  ]);
  const button = await screen.findByRole("button", { name: "Connect Microsoft" });
  expect(button.dataset["password"]).toBe("true");
  await user.click(button);
  screen.getByText("Microsoft is connected.");
  await screen.findByText(`Account ${GRACE.objectId}`);
  screen.getByText("connected on 28 November 2026");
  expect(sent).toEqual([null, null]);
});

test("a password session disconnects after a question", async () => {
  const { user, sent } = show(
    [
      { accounts: [CONNECTED], password_needed: false },
      { accounts: [], password_needed: false },
    ],
    PASSWORD_SESSION,
    GRACE,
  );
  await screen.findByText("grace@contoso.example");
  await user.click(screen.getByRole("button", { name: "Disconnect" }));
  await user.click(screen.getByRole("button", { name: "Keep" }));
  await user.click(screen.getByRole("button", { name: "Disconnect" }));
  expect(screen.queryByLabelText("Your Logbook password")).toBeNull();
  await user.click(screen.getByRole("button", { name: "Disconnect Microsoft" }));
  await screen.findByText(/No Microsoft account is connected/);
  screen.getByText("Microsoft is disconnected.");
  expect(sent[1]).toEqual({ action: "disconnect", account: "7", password: "" });
});

test("an Entra session confirms the password, and is signed out", async () => {
  const { user, sent, calls } = show(
    [
      { accounts: [CONNECTED], password_needed: true },
      refusal("password_needed"),
      { accounts: [], password_needed: true },
    ],
    signedIn({ ...GRACE, via: "entra" }),
  );
  await screen.findByText("grace@contoso.example");
  await user.click(screen.getByRole("button", { name: "Disconnect" }));
  screen.getByText(/disconnecting signs you out/);
  await user.type(screen.getByLabelText("Your Logbook password"), "wrong{Enter}");
  expect((await screen.findByRole("alert")).textContent).toBe("Confirm with the password that you use here.");
  expect(calls).toEqual([]);
  await user.click(screen.getByRole("button", { name: "Disconnect Microsoft" }));
  await waitFor(() => expect(calls).toEqual([{ name: "signOut" }]));
  expect(sent[1]).toEqual({ action: "disconnect", account: "7", password: "wrong" });
});

test("the only way to sign in stays", async () => {
  const { user } = show([{ accounts: [CONNECTED], password_needed: false }, refusal("last_way_in")]);
  await user.click(await screen.findByRole("button", { name: "Disconnect" }));
  await user.click(screen.getByRole("button", { name: "Disconnect Microsoft" }));
  expect((await screen.findByRole("alert")).textContent).toContain("only way to sign in");
});

test("a list that does not load shows why", async () => {
  show([refusal("user_disabled")]);
  expect((await screen.findByRole("alert")).textContent).toBe("A title. A detail.");
});

function showPage(script: Parameters<typeof scriptedApi>[0], result: ConnectResult) {
  const api = scriptedApi(script);
  microsoft.connect.mockImplementation(async (_options, send) => {
    await send("/entrance/account/connect/", { method: "POST", body: '{"query": "", "variables": {}}' });
    return result;
  });
  const onConnected = vi.fn();
  const session = signedIn({ ...GRACE, via: "entra" });
  const { user } = renderSignedIn(<AccountExistsPage onConnected={onConnected} />, {}, { fetch: api.fetch, session });
  const submit = async () => {
    await user.type(screen.getByLabelText("Username"), " hopper ");
    await user.type(screen.getByLabelText("Password"), "logbook-demo");
    await user.click(screen.getByRole("button", { name: "Connect Microsoft" }));
  };
  return { ...api, onConnected, submit };
}

const SIGNED_IN = { SignIn: () => ({ signIn: { token: "own", expiresAt: "2026-11-29T00:00:00Z" } }) };

test("the password of the existing account connects Microsoft to it", async () => {
  const { asked, onConnected, submit } = showPage(SIGNED_IN, { ok: true, user: "hopper" });
  screen.getByText("grace@contoso.example");
  await submit();
  await waitFor(() => expect(onConnected).toHaveBeenCalledOnce());
  expect(asked[0]?.variables).toEqual({ username: "hopper", password: "logbook-demo" });
  expect(asked[1]?.headers.get("Authorization")).toBe("Bearer own");
  expect(microsoft.connect.mock.lastCall?.[0]).toEqual({ password: "logbook-demo" });
  expect(sessionStorage.length).toBe(0);
});

test("a wrong password connects nothing", async () => {
  microsoft.connect.mockClear();
  const wrong = { SignIn: () => graphQLError("INVALID_CREDENTIALS", "Wrong password.") };
  const { onConnected, submit } = showPage(wrong, { ok: true, user: "hopper" });
  await submit();
  expect((await screen.findByRole("alert")).textContent).toBe("Wrong password.");
  expect(onConnected).not.toHaveBeenCalled();
  expect(microsoft.connect).not.toHaveBeenCalled();
});

test("a refusal to connect is shown", async () => {
  const { submit } = showPage(SIGNED_IN, { ok: false, error: new EntranceError("already_connected") });
  await submit();
  expect((await screen.findByRole("alert")).textContent).toContain("belongs to another account");
});
