/** The page that a sign-out leads to. */

import { beforeEach, expect, test, vi } from "vitest";
import { ADA_VISITS, BARBARA_VISITS, NO_ONE, scriptedDjango } from "../../__tests__/scriptedDjango.js";
import { ADA, CONFIG, type ScriptedMsal, scriptedMsal } from "../../__tests__/scriptedMsal.js";
import { EntranceError } from "../errors.js";
import { plugOwnLogin } from "../own/ownLogin.js";
import { SessionStore } from "../session.js";

const HERE = "http://localhost:8000";
const MSAL_STATE = btoa(JSON.stringify({ id: "1", meta: { interactionType: "redirect" } }));

let msal: ScriptedMsal;
let goTo: ReturnType<typeof vi.fn<(address: string) => void>>;

beforeEach(() => {
  msal = scriptedMsal(ADA);
  msal.onLogout = async () => {};
  goTo = vi.fn<(address: string) => void>();
});

async function openStore(session?: "django"): Promise<SessionStore> {
  const store = new SessionStore({ config: CONFIG, session }, () => msal, goTo);
  await store.opened();
  return store;
}

/** Loads the page as Microsoft's sign-out does. */
async function comeBack(): Promise<void> {
  history.replaceState(null, "", `/?state=${encodeURIComponent(MSAL_STATE)}`);
  msal = scriptedMsal();
  await openStore();
}

test("the page leaves for Microsoft, and goes to the path when it is back", async () => {
  await (await openStore()).signOut({ returnTo: "/goodbye/?from=here#top" });
  expect([msal.logouts.length, goTo.mock.calls]).toEqual([1, []]);
  await comeBack();
  expect(goTo.mock.calls).toEqual([[`${HERE}/goodbye/?from=here#top`]]);
});

test("it goes there once", async () => {
  await (await openStore()).signOut({ returnTo: "/goodbye/" });
  await comeBack();
  await comeBack();
  expect(goTo).toHaveBeenCalledOnce();
});

test("a page that is loaded otherwise, after a sign-out that was given up, goes nowhere, then or later", async () => {
  await (await openStore()).signOut({ returnTo: "/goodbye/" });
  await openStore();
  await comeBack();
  expect(goTo).not.toHaveBeenCalled();
});

test("without returnTo the page stays where Microsoft leads", async () => {
  await (await openStore()).signOut();
  await comeBack();
  expect(goTo).not.toHaveBeenCalled();
});

test("a sign-out that failed leaves nothing behind", async () => {
  msal.onLogout = async () => Promise.reject(new Error("no"));
  await (await openStore()).signOut({ returnTo: "/goodbye/" });
  await comeBack();
  expect(goTo).not.toHaveBeenCalled();
});

test("with a Django session it goes there at once, after the end of the session", async () => {
  const django = scriptedDjango(ADA_VISITS);
  goTo.mockImplementation(() => expect(django.visitor).toBe(NO_ONE));
  await (await openStore("django")).signOut({ returnTo: "/goodbye/" });
  expect(goTo.mock.calls).toEqual([[`${HERE}/goodbye/`]]);
});

test.each([
  "https://evil.example/",
  "//evil.example/",
  "/\\evil.example/",
  "\\\\evil.example/",
  "http://localhost:8001/",
  "javascript:alert(1)",
  "goodbye/",
  "",
])("%j is refused before anything is ended: config_invalid", async (returnTo) => {
  const store = await openStore();
  await store.signOut({ returnTo });
  expect(store.getSnapshot()).toMatchObject({ session: { status: "signed-in" }, error: { code: "config_invalid" } });
  expect([msal.logouts, goTo.mock.calls]).toEqual([[], []]);
});

test.each(["/", "/a", "/a//b", "/%5Cevil"])("%j is a path of this page's origin", async (returnTo) => {
  await (await openStore()).signOut({ returnTo });
  await comeBack();
  expect(goTo.mock.calls).toEqual([[HERE + returnTo]]);
});

test("after a refused path the session still asks Microsoft", async () => {
  const store = await openStore();
  await store.signOut({ returnTo: "https://evil.example/" });
  expect(store.cancellation.signal.aborted).toBe(false);
});

/** A Django session of a password, on a page that cannot load MSAL. */
async function signOutWithoutMsal(): Promise<SessionStore> {
  scriptedDjango(BARBARA_VISITS);
  const fail = (): Promise<never> => Promise.reject(new EntranceError("library_unreachable"));
  const store = new SessionStore({ config: CONFIG, session: "django" }, fail, goTo);
  await store.opened();
  await store.signOut({ returnTo: "/goodbye/" });
  return store;
}

test("with a Django session the page goes there although MSAL does not load, which has nothing to forget", async () => {
  localStorage.clear();
  const store = await signOutWithoutMsal();
  expect([goTo.mock.calls, store.account, store.error]).toEqual([[[`${HERE}/goodbye/`]], null, null]);
});

test("it goes there, too, if MSAL has something to forget, which is the error", async () => {
  const store = await signOutWithoutMsal();
  expect([goTo.mock.calls, store.account]).toEqual([[[`${HERE}/goodbye/`]], null]);
  expect(store.error).toMatchObject({ code: "library_unreachable" });
});

test.each([
  ["ends", () => {}, [[`${HERE}/goodbye/`]], "library_unreachable"],
  ["does not end", () => Promise.reject(new EntranceError("network")), [], "network"],
])("beside an own login that %s, the Django session ends all the same or stays", async (_, end, went, code) => {
  const django = scriptedDjango(BARBARA_VISITS);
  const fail = (): Promise<never> => Promise.reject(new EntranceError("library_unreachable"));
  const store = new SessionStore({ config: CONFIG, session: "django" }, fail, goTo);
  const account = { name: "Barbara", username: "barbara" };
  plugOwnLogin(store, { account: () => account, subscribe: () => () => {}, authorize: () => {}, signOut: end });
  await store.opened();
  await store.signOut({ returnTo: "/goodbye/" });
  expect([goTo.mock.calls, store.error?.code]).toEqual([went, code]);
  expect(django.asked().includes("DELETE")).toBe(went.length === 1);
});
