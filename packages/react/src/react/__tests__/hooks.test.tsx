import { act, render, renderHook, screen } from "@testing-library/react";
import { type ReactNode, StrictMode } from "react";
import { renderToString } from "react-dom/server";
import { expect, onTestFinished, test, vi } from "vitest";
import {
  ADA,
  ADA_ACCOUNT,
  answer,
  CONFIG,
  notAssigned,
  type ScriptedMsal,
  scriptedMsal,
} from "../../__tests__/scriptedMsal.js";
import { SessionStore } from "../../session/session.js";
import { SessionContext } from "../SessionContext.js";
import { useAccessToken } from "../useAccessToken.js";
import { useAuthorizedFetch } from "../useAuthorizedFetch.js";
import { useSession } from "../useSession.js";
import { useSignIn } from "../useSignIn.js";

async function providerFor(msal: ScriptedMsal): Promise<{ wrapper: (props: { children: ReactNode }) => ReactNode }> {
  const store = new SessionStore({ config: CONFIG }, () => msal);
  await store.ready();
  return {
    wrapper: ({ children }) => (
      <StrictMode>
        <SessionContext.Provider value={store}>{children}</SessionContext.Provider>
      </StrictMode>
    ),
  };
}

test("useSession follows the session", async () => {
  const msal = scriptedMsal();
  const { result } = renderHook(() => useSession(), await providerFor(msal));
  expect(result.current).toMatchObject({ status: "signed-out", error: null });
  act(() => msal.setActiveAccount(ADA));
  expect(result.current).toMatchObject({ status: "signed-in", account: ADA_ACCOUNT });
});

test("useSignIn signs in", async () => {
  const msal = scriptedMsal();
  msal.onPopup = async () => answer("one");
  const { result } = renderHook(() => useSignIn(), await providerFor(msal));
  await act(async () => expect(await result.current.signIn()).toEqual({ ok: true, account: ADA_ACCOUNT }));
  expect([result.current.busy, result.current.error]).toEqual([false, null]);
});

test("useSignIn is busy until cancelled", async () => {
  const { result } = renderHook(() => useSignIn(), await providerFor(scriptedMsal()));
  act(() => void result.current.signIn());
  expect(result.current.busy).toBe(true);
  await act(async () => result.current.cancel());
  expect([result.current.busy, result.current.error?.code]).toEqual([false, "sign_in_cancelled"]);
});

test("useSignIn keeps the error of a refused sign-in", async () => {
  const msal = scriptedMsal();
  msal.onPopup = async () => Promise.reject(notAssigned());
  const { result } = renderHook(() => useSignIn(), await providerFor(msal));
  await act(async () => void (await result.current.signIn()));
  expect(result.current.error).toMatchObject({ code: "not_assigned" });
});

test("useSignIn signs out", async () => {
  const msal = scriptedMsal(ADA);
  const { result } = renderHook(() => useSignIn(), await providerFor(msal));
  await act(async () => void result.current.signOut());
  expect(msal.logouts).toEqual([{ account: ADA }]);
});

test("the functions of useSignIn stay the same", async () => {
  const { result, rerender } = renderHook(() => useSignIn(), await providerFor(scriptedMsal()));
  const { signIn, signOut, cancel } = result.current;
  rerender();
  expect(result.current).toMatchObject({ signIn, signOut, cancel });
});

test("a hook outside a provider throws an error with the remedy", () => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  const quiet = (event: Event): void => event.preventDefault(); // React 18 reports it to the window as well
  window.addEventListener("error", quiet);
  onTestFinished(() => window.removeEventListener("error", quiet));
  expect(() => renderHook(() => useSession())).toThrow(
    "No <EntranceProvider> above this component. Render the application inside <EntranceProvider>.",
  );
});

test("on a server the session is starting", () => {
  const store = new SessionStore({ config: CONFIG }, () => scriptedMsal(ADA));
  const Status = (): ReactNode => useSession().status;
  const page = renderToString(
    <SessionContext.Provider value={store}>
      <Status />
    </SessionContext.Provider>,
  );
  expect(page).toBe("starting");
});

test("a component renders again only when its part changes", async () => {
  const renders = vi.fn();
  const msal = scriptedMsal(ADA);
  const { wrapper: Wrapper } = await providerFor(msal);
  const Name = (): ReactNode => {
    renders();
    const session = useSession();
    return session.status === "signed-in" ? session.account.name : null;
  };
  render(
    <Wrapper>
      <Name />
    </Wrapper>,
  );
  const before = renders.mock.calls.length;
  act(() => msal.setActiveAccount({ ...ADA }));
  expect(screen.getByText("Ada Lovelace")).toBeTruthy();
  expect(renders).toHaveBeenCalledTimes(before);
});

test("useAuthorizedFetch sends the token of the nearest provider, and stays the same", async () => {
  const sent: (string | null)[] = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    sent.push(request.headers.get("Authorization"));
    return new Response("fine");
  });
  const msal = scriptedMsal(ADA);
  msal.onSilent = async ({ account }) => answer("nearest", account);
  const { result, rerender } = renderHook(() => useAuthorizedFetch(), await providerFor(msal));
  const before = result.current;
  rerender();
  expect(result.current).toBe(before);
  await result.current("/api/entries/");
  expect(sent).toEqual(["Bearer nearest"]);
});

test("useAccessToken gives a token of the nearest provider, for other scopes too", async () => {
  const msal = scriptedMsal(ADA);
  msal.onSilent = async ({ scopes, account }) => answer(scopes.join(" "), account);
  const { result, rerender } = renderHook(() => useAccessToken(), await providerFor(msal));
  const before = result.current;
  rerender();
  expect(result.current).toBe(before);
  expect(await result.current()).toBe(CONFIG.scopes[0]);
  expect(await result.current({ scopes: ["User.Read"] })).toBe("User.Read");
});
