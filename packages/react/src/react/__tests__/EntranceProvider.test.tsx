import type { IPublicClientApplication } from "@azure/msal-browser";
import { useMsal } from "@azure/msal-react";
import { act, render, screen } from "@testing-library/react";
import { type ReactElement, StrictMode, useEffect, useState } from "react";
import { renderToString } from "react-dom/server";
import { expect, test, vi } from "vitest";
import { ADA_VISITS, scriptedDjango } from "../../__tests__/scriptedDjango.js";
import { ADA_ACCOUNT, CONFIG, FakeWindow } from "../../__tests__/scriptedMsal.js";
import { createSession } from "../../session/entranceSession.js";
import { EntranceError } from "../../session/errors.js";
import * as msalModule from "../../session/msal.js";
import { openSession } from "../../session/pageSession.js";
import { authorizedFetch } from "../../session/requests/authorizedFetch.js";
import { de } from "../../texts/de.js";
import { fr } from "../../texts/fr.js";
import { EntranceProvider } from "../EntranceProvider.js";
import { MsalReact } from "../MsalReact.js";
import { SignInWithMicrosoft } from "../SignInWithMicrosoft.js";
import { useSession } from "../useSession.js";

/** The real MSAL runs in all of these. */
const instances = new Set<IPublicClientApplication>();

const Status = (): ReactElement => (
  <MsalReact>
    <Shown />
  </MsalReact>
);

function Shown(): ReactElement {
  const session = useSession();
  const { instance, inProgress } = useMsal();
  if (inProgress === "none") instances.add(instance);
  return (
    <p>
      {session.status} {inProgress} {session.status === "failed" && session.error.code}
    </p>
  );
}

const serveConfig = (config: object): typeof fetch => vi.fn(async () => new Response(JSON.stringify(config)));

test("children render at once; then the session and MSAL React are ready", async () => {
  vi.stubGlobal("fetch", serveConfig(CONFIG));
  render(
    <EntranceProvider config="/one/config.json">
      <Status />
    </EntranceProvider>,
  );
  expect(screen.getByText("starting startup")).toBeTruthy();
  expect(await screen.findByText("signed-out none")).toBeTruthy();
});

test("StrictMode, a second mount and a second provider share one MSAL instance and one config.json", async () => {
  instances.clear();
  const fetch = serveConfig(CONFIG);
  vi.stubGlobal("fetch", fetch);
  const tree = (
    <StrictMode>
      <EntranceProvider config="/strict/config.json">
        <Status />
      </EntranceProvider>
    </StrictMode>
  );
  const { unmount } = render(tree);
  await screen.findByText("signed-out none");
  unmount();
  render(tree);
  await screen.findByText("signed-out none");
  expect(fetch).toHaveBeenCalledOnce();
  expect(instances.size).toBe(1);
});

test("children keep their state when MSAL arrives", async () => {
  vi.stubGlobal("fetch", serveConfig(CONFIG));
  const mounted = vi.fn();
  const Child = (): ReactElement => {
    useState(() => mounted());
    return <Status />;
  };
  render(
    <EntranceProvider config="/state/config.json">
      <Child />
    </EntranceProvider>,
  );
  await screen.findByText("signed-out none");
  expect(mounted).toHaveBeenCalledOnce();
});

test("a configuration as an object needs no request", async () => {
  const fetch = serveConfig({});
  vi.stubGlobal("fetch", fetch);
  render(
    <EntranceProvider config={CONFIG}>
      <Status />
    </EntranceProvider>,
  );
  await screen.findByText("signed-out none");
  expect(fetch).not.toHaveBeenCalled();
});

test("a failed start can be retried", async () => {
  vi.stubGlobal("fetch", async () => new Response("", { status: 404 }));
  const Retry = (): ReactElement | null => {
    const session = useSession();
    return session.status === "failed" ? <button onClick={session.retry} type="button" /> : null;
  };
  render(
    <EntranceProvider config="/retry/config.json">
      <Status />
      <Retry />
    </EntranceProvider>,
  );
  expect(await screen.findByText("failed startup config_unreachable")).toBeTruthy();
  vi.stubGlobal("fetch", serveConfig(CONFIG));
  act(() => screen.getByRole("button").click());
  expect(await screen.findByText("signed-out none")).toBeTruthy();
});

test("a window that the person closed frees MSAL React within a second", async () => {
  vi.spyOn(document, "hasFocus").mockReturnValue(true);
  const popup = new FakeWindow();
  vi.spyOn(window, "open").mockReturnValue(popup as unknown as Window);
  render(
    <EntranceProvider config={{ ...CONFIG, clientId: "5ba00000-0000-4000-a000-000000000005" }}>
      <Status />
      <SignInWithMicrosoft />
    </EntranceProvider>,
  );
  await screen.findByText("signed-out none");
  act(() => screen.getByRole("button").click());
  expect(await screen.findByText("signing-in acquireToken")).toBeTruthy();
  await vi.waitFor(() => expect(popup.looks).toBeGreaterThan(1));
  popup.closed = true;
  expect(await screen.findByText("signed-out none", undefined, { timeout: 1_000 })).toBeTruthy();
});

test("a child's first effect may already fetch", async () => {
  const rejected = vi.fn();
  const Child = (): null => {
    useEffect(() => void authorizedFetch("/graphql/").catch(rejected), []);
    return null;
  };
  render(
    <EntranceProvider config={CONFIG}>
      <Child />
    </EntranceProvider>,
  );
  await vi.waitFor(() => expect(rejected).toHaveBeenCalledOnce());
  expect(rejected.mock.calls[0]?.[0]).toMatchObject({ code: "not_signed_in" });
});

test("onSignedIn is called once per sign-in, in StrictMode too, and never after it was removed", async () => {
  const onSignedIn = vi.fn();
  const { unmount } = render(
    <StrictMode>
      <EntranceProvider config={CONFIG} onSignedIn={(account) => onSignedIn(account)}>
        <Status />
      </EntranceProvider>
    </StrictMode>,
  );
  await screen.findByText("signed-out none");
  expect(onSignedIn).not.toHaveBeenCalled();
  const { signInListeners } = openSession({ config: CONFIG });
  signInListeners.tell({ ok: false, error: new EntranceError("popup_closed") }, true);
  signInListeners.tell({ ok: true, account: ADA_ACCOUNT }, false);
  await vi.waitFor(() => expect(onSignedIn.mock.calls).toEqual([[ADA_ACCOUNT]]));
  unmount();
  signInListeners.tell({ ok: true, account: ADA_ACCOUNT }, true);
  await Promise.resolve();
  expect(onSignedIn).toHaveBeenCalledOnce();
});

test("with two configurations on the page nothing is fetched, from the first effect on", async () => {
  const rejected = vi.fn();
  const Child = (): null => {
    useEffect(() => void authorizedFetch("/graphql/").catch(({ code }) => rejected(code)), []);
    return null;
  };
  const other = { ...CONFIG, clientId: "5ba00000-0000-4000-a000-000000000004" };
  render(
    <>
      <EntranceProvider config={CONFIG}>
        <Child />
      </EntranceProvider>
      <EntranceProvider config={other}>
        <Child />
      </EntranceProvider>
    </>,
  );
  await vi.waitFor(() => expect(rejected.mock.calls).toEqual([["several_providers"], ["several_providers"]]));
});

test("when the configuration of the one provider changes, its children's effects fetch with the new one", async () => {
  const rejected = vi.fn();
  const Child = (): null => {
    useEffect(() => void authorizedFetch("/graphql/").catch(({ code }) => rejected(code)), []);
    return null;
  };
  const { rerender } = render(<EntranceProvider config={CONFIG} />);
  const other = { ...CONFIG, clientId: "5ba00000-0000-4000-a000-000000000004" };
  rerender(
    <EntranceProvider config={other}>
      <Child />
    </EntranceProvider>,
  );
  await vi.waitFor(() => expect(rejected.mock.calls).toEqual([["not_signed_in"]]));
});

test('session="django": a living session is shown in StrictMode, with one request, without MSAL', async () => {
  const load = vi.spyOn(msalModule, "loadMicrosoft");
  const django = scriptedDjango(ADA_VISITS);
  const onSignedIn = vi.fn();
  const tree = (
    <StrictMode>
      <EntranceProvider config="/django/config.json" session="django" onSignedIn={onSignedIn}>
        <Status />
      </EntranceProvider>
    </StrictMode>
  );
  const { unmount } = render(tree);
  expect(screen.getByText("starting startup")).toBeTruthy();
  expect(await screen.findByText("signed-in startup")).toBeTruthy();
  unmount();
  render(tree);
  expect(screen.getByText("signed-in startup")).toBeTruthy();
  expect(django.sent.map(({ method, path }) => `${method} ${path}`)).toEqual(["GET /django/session/"]);
  expect([load.mock.calls.length, onSignedIn.mock.calls.length]).toEqual([0, 0]);
});

test('session="django" is rendered on a server as starting, and asks nothing there', () => {
  const django = scriptedDjango(ADA_VISITS);
  const channels = vi.spyOn(globalThis, "BroadcastChannel");
  const html = renderToString(
    <EntranceProvider config="/server/config.json" session="django">
      <Status />
    </EntranceProvider>,
  );
  expect(html).toContain("starting");
  expect([django.sent, channels.mock.calls]).toEqual([[], []]);
});

test("a session that was made outside React is provided, and is the page's session", async () => {
  scriptedDjango(ADA_VISITS);
  const session = createSession({
    config: { ...CONFIG, clientId: "5ba00000-0000-4000-a000-000000000007" },
    session: "django",
  });
  const signedIn = vi.fn();
  render(
    <StrictMode>
      <EntranceProvider session={session} onSignedIn={signedIn}>
        <Status />
      </EntranceProvider>
    </StrictMode>,
  );
  expect(screen.getByText(/^starting/)).toBeTruthy();
  expect(await screen.findByText(/^signed-in/)).toBeTruthy();
  expect(session.getSnapshot()).toMatchObject({ status: "signed-in", account: ADA_ACCOUNT });
  expect(await (await authorizedFetch("/x")).text()).toBe("fine");
});

test.each([
  ["those of the session", undefined, "Mit Microsoft anmelden"],
  ["its own", fr, "Se connecter avec Microsoft"],
])("the provider of a session with texts has %s", (_, texts, expected) => {
  scriptedDjango(ADA_VISITS);
  const config = { ...CONFIG, clientId: "5ba00000-0000-4000-a000-000000000009" };
  render(
    <EntranceProvider session={createSession({ config, texts: de })} texts={texts}>
      <SignInWithMicrosoft />
    </EntranceProvider>,
  );
  expect(screen.getByRole("button").textContent).toBe(expected);
});

test("a session made outside React renders on a server, as starting", () => {
  scriptedDjango(ADA_VISITS);
  const session = createSession({
    config: { ...CONFIG, clientId: "5ba00000-0000-4000-a000-000000000008" },
    session: "django",
  });
  const html = renderToString(
    <EntranceProvider session={session}>
      <Status />
    </EntranceProvider>,
  );
  expect(html).toContain("starting");
});

test("the texts reach the components; a provider without texts has those of the provider around it", () => {
  vi.stubGlobal("fetch", serveConfig(CONFIG));
  render(
    <EntranceProvider config="/texts/config.json" texts={de}>
      <EntranceProvider config="/texts/config.json">
        <SignInWithMicrosoft />
      </EntranceProvider>
      <EntranceProvider config="/texts/config.json" texts={fr}>
        <SignInWithMicrosoft />
      </EntranceProvider>
    </EntranceProvider>,
  );
  expect(screen.getAllByRole("button").map(({ textContent }) => textContent)).toEqual([
    "Mit Microsoft anmelden",
    "Se connecter avec Microsoft",
  ]);
});
