import { fireEvent, render, screen, waitFor } from "@testing-library/react";
import type { ReactElement } from "react";
import { expect, test, vi } from "vitest";
import { authorizedFetch, ConfirmSignIn, EntranceError } from "../../index.js";
import {
  errorOf,
  failed,
  json,
  needsInteraction,
  type Outcome,
  recordingFetch,
  type Session,
  type SessionCall,
  signedIn,
  signedOut,
  signingIn,
  starting,
  TESTING_TOKEN,
  TestingProvider,
  type TestingProviderProps,
} from "../../testing.js";
import { de } from "../../texts/de.js";
import { App } from "./App.js";

const show = (props: TestingProviderProps = {}, app: ReactElement = <App />): SessionCall[] => {
  const calls: SessionCall[] = [];
  render(
    <TestingProvider calls={calls} {...props}>
      {app}
    </TestingProvider>,
  );
  return calls;
};
const click = (name: string): boolean => fireEvent.click(screen.getByRole("button", { name }));
const answer = (): string => screen.getByRole("status").textContent;

test.each<[string, Session]>([
  ["Loading…", starting()],
  ["Go on in Microsoft's window", signingIn()],
  ["Ada Lovelace", signedIn()],
  ["Grace Hopper", signedIn({ name: "Grace Hopper" })],
  ["entra, Editor, editors", signedIn({ via: "entra", roles: ["Editor"], groups: ["editors"] })],
  ["Confirm", needsInteraction()],
  ["Sign in with Microsoft", signedOut()],
  [errorOf("not_assigned").message, signedOut("not_assigned")],
  [errorOf("config_unreachable").message, failed("config_unreachable")],
])("%s is shown at once", (text, session) => {
  show({ session });
  expect(document.body.textContent).toContain(text);
});

test("an own login has no tenant, and Microsoft's has", () => {
  expect(signedIn({ via: "password" }).account).toMatchObject({ tenantId: "", objectId: "" });
  expect(signedIn({ via: "entra" }).account.tenantId).not.toBe("");
});

test("an error is the package's own", () => {
  expect(errorOf("popup_closed")).toBeInstanceOf(EntranceError);
  expect(errorOf("popup_closed", { details: "x" })).toMatchObject({ code: "popup_closed", details: "x" });
});

test("a click signs in, a click signs out, and both are recorded", async () => {
  const onSignedIn = vi.fn();
  const calls = show({ signIn: signedIn({ name: "Grace Hopper" }), onSignedIn });
  click("Sign in with Microsoft");
  await screen.findByRole("heading", { name: "Grace Hopper" });
  await waitFor(() => expect(onSignedIn).toHaveBeenCalledOnce());
  click("Sign out");
  await screen.findByRole("button", { name: "Sign in with Microsoft" });
  expect(calls.map(({ name }) => name)).toEqual(["signIn", "signOut"]);
});

test("a sign-in can fail, and the error can be dismissed", async () => {
  const calls = show({ signIn: errorOf("popup_closed") });
  click("Sign in with Microsoft");
  expect((await screen.findByRole("alert")).textContent).toBe(errorOf("popup_closed").message);
  click("Dismiss");
  expect(screen.queryByRole("alert")).toBeNull();
  expect(calls).toEqual([{ name: "signIn" }, { name: "dismiss" }]);
});

test("a failed session can be tried again, and a confirmed one goes on", () => {
  const calls = show({ session: failed("offline") });
  click("Try again");
  expect(calls).toEqual([{ name: "retry" }]);
});

test("a confirmation leads back to the signed-in person", async () => {
  const calls = show({ session: needsInteraction({ name: "Grace Hopper", roles: ["Editor"] }) });
  click("Confirm");
  await waitFor(() => expect(screen.queryByRole("button", { name: "Confirm" })).toBeNull());
  expect(document.body.textContent).toContain("Grace HopperEditor");
  expect(calls).toEqual([{ name: "confirm" }]);
});

test("another session shows as a change of the page; the same one leaves what happened meanwhile", async () => {
  const page = (session: Session): ReactElement => (
    <TestingProvider session={session}>
      <App />
    </TestingProvider>
  );
  const { rerender } = render(page(signedIn()));
  click("Sign out");
  await screen.findByRole("button", { name: "Sign in with Microsoft" });
  rerender(page(signedIn()));
  expect(screen.queryByRole("heading")).toBeNull();
  rerender(page(signedIn({ name: "Grace Hopper" })));
  expect(screen.getByRole("heading").textContent).toBe("Grace Hopper");
});

test("authorizedFetch is answered by path and recorded with its token", async () => {
  const api = recordingFetch({ "/api/entries/": json(["Relay 70"]) });
  show({ session: signedIn(), fetch: api });
  click("Load");
  await waitFor(() => expect(answer()).toBe("Relay 70"));
  const [{ method, url, headers, body } = {}] = api.requests;
  expect({ method, url, body }).toEqual({ method: "POST", url: "/api/entries/", body: { text: "Moth" } });
  expect(headers).toMatchObject({ authorization: `Bearer ${TESTING_TOKEN}` });
});

test("a path without an answer is named, with those that have one", async () => {
  show({ session: signedIn(), fetch: recordingFetch({ "GET /api/entries/": json([]) }) });
  click("Load");
  await waitFor(() =>
    expect(answer()).toBe("recordingFetch has no answer for POST /api/entries/. It knows: GET /api/entries/."),
  );
});

test("a request needs a signed-in person, and waits for a session that is starting", async () => {
  const api = recordingFetch({ "/api/": json(1) });
  const page = (session: Session): ReactElement => <TestingProvider session={session} fetch={api} />;
  const { rerender } = render(page(signedOut()));
  await expect(authorizedFetch("/api/")).rejects.toMatchObject({ code: "not_signed_in" });
  rerender(page(starting()));
  const waiting = authorizedFetch("/api/");
  rerender(page(signedIn()));
  expect((await waiting).status).toBe(200);
});

test("a request of a person who must confirm is refused until then", async () => {
  const api = recordingFetch({ "/api/": json(1) });
  show({ session: needsInteraction(), fetch: api });
  await expect(authorizedFetch("/api/")).rejects.toMatchObject({ code: "interaction_required" });
  click("Confirm");
  await waitFor(() => expect(screen.queryByRole("button", { name: "Confirm" })).toBeNull());
  expect((await authorizedFetch("/api/")).status).toBe(200);
});

test("a request that may wait for a click goes on after the confirmation", async () => {
  const api = recordingFetch({ "/api/": json(1) });
  show({ session: needsInteraction(), fetch: api, interaction: "click" });
  const waiting = authorizedFetch("/api/");
  await expect(authorizedFetch("/api/", { interaction: "never" })).rejects.toMatchObject({
    code: "interaction_required",
  });
  expect(api.requests).toEqual([]);
  click("Confirm");
  expect((await waiting).status).toBe(200);
});

/** A request that waits for the click on "Confirm". */
async function waitingRequest(api: typeof fetch, signIn: Outcome): Promise<() => Promise<unknown>> {
  const onSignedIn = vi.fn();
  show({ session: needsInteraction({ name: "Grace Hopper" }), fetch: api, interaction: "click", signIn, onSignedIn });
  const ended = authorizedFetch("/api/").catch(({ code }: EntranceError) => ({ code }));
  await authorizedFetch("/api/", { interaction: "never" }).catch(() => {}); // the other one waits by now
  click("Confirm");
  return async () => [await ended, onSignedIn.mock.calls.length];
}

test("a confirmation by another person signs that one in, and what waits is refused", async () => {
  const api = recordingFetch({ "/api/": json(1) });
  const ended = await waitingRequest(api, signedIn({ name: "Barbara Liskov" }));
  await screen.findByRole("heading", { name: "Barbara Liskov" });
  expect(await ended()).toEqual([{ code: "account_changed" }, 1]);
  expect(api.requests).toEqual([]);
});

test("a confirmation by the same person sends what waits, and is no new sign-in", async () => {
  const api = recordingFetch({ "/api/": json(1) });
  const ended = await waitingRequest(api, signedIn({ name: "Grace Hopper" }));
  expect(await ended()).toMatchObject([{ status: 200 }, 0]);
});

test("after a confirmation that fails the person is still to be seen", async () => {
  const calls = show({ session: needsInteraction(), signIn: errorOf("popup_closed") }, <ConfirmSignIn />);
  click("Confirm with Microsoft");
  await screen.findByText(errorOf("popup_closed").message);
  expect(screen.getByRole("button", { name: "Confirm with Microsoft" })).toBeTruthy();
  expect(calls).toEqual([{ name: "confirm" }]);
});

test("another name is another person, and the same one is the same", () => {
  const id = (name: string): string => signedIn({ name }).account.objectId;
  expect(id("Grace Hopper")).not.toBe(signedIn().account.objectId);
  expect(needsInteraction({ name: "Grace Hopper" })).toMatchObject({ account: { objectId: id("Grace Hopper") } });
  expect(signedIn({ name: "Grace Hopper", objectId: "given" }).account.objectId).toBe("given");
});

test.each<[string, Session]>([
  ["not_signed_in", signedOut()],
  ["account_changed", signedIn({ objectId: "of-grace" })],
])("a request that waits for a click is refused with %s", async (code, next) => {
  const page = (session: Session): ReactElement => <TestingProvider session={session} interaction="click" />;
  const { rerender } = render(page(needsInteraction()));
  const waiting = authorizedFetch("/api/").catch((error: EntranceError) => error.code);
  await authorizedFetch("/api/", { interaction: "never" }).catch(() => {}); // the other one waits by now
  rerender(page(next));
  expect(await waiting).toBe(code);
});

test("the texts are those of a language, as on the page", () => {
  show({ texts: de });
  expect(screen.getByRole("button", { name: "Mit Microsoft anmelden" })).toBeTruthy();
});

test("another origin gets the token only if it may", async () => {
  const api = recordingFetch({ "https://api.contoso.example/": json(1) });
  show({ session: signedIn(), fetch: api, apiOrigins: ["https://api.contoso.example"] });
  expect((await authorizedFetch("https://api.contoso.example/")).status).toBe(200);
  await expect(authorizedFetch("https://evil.example/")).rejects.toMatchObject({ code: "origin_refused" });
});

test("the page's own fetch comes back with the end of the provider", () => {
  const own = globalThis.fetch;
  const api = recordingFetch({});
  const { unmount } = render(<TestingProvider fetch={api} />);
  expect(globalThis.fetch).toBe(api);
  unmount();
  expect(globalThis.fetch).toBe(own);
});
