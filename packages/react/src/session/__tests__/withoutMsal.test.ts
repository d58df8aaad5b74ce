/** A page on which Microsoft knows no one: the button works before MSAL is loaded. */
import { beforeEach, expect, test, vi } from "vitest";
import { ADA, ADA_ACCOUNT, answer, CONFIG, type ScriptedMsal, scriptedMsal } from "../../__tests__/scriptedMsal.js";
import { SessionStore } from "../session.js";
import { beginInWindow } from "../stored/attempt.js";

let msal: ScriptedMsal;
/** What waits until the page is idle. */
let idle: () => void;
/** MSAL arrives. */
let arrive: () => void;
let loads: number;

beforeEach(() => {
  msal = scriptedMsal();
  loads = 0;
  idle = () => {};
  vi.stubGlobal("requestIdleCallback", (work: () => void) => {
    idle = work;
  });
});

function makeStore(config: object = {}): SessionStore {
  return new SessionStore({ config: { ...CONFIG, ...config } }, async () => {
    loads += 1;
    await new Promise<void>((resolve) => (arrive = resolve));
    return msal;
  });
}

async function openStore(): Promise<SessionStore> {
  const store = makeStore();
  await store.opened();
  return store;
}

const session = (store: SessionStore): object => store.getSnapshot().session;
const loaded = (): Promise<void> => vi.waitFor(() => expect(loads).toBe(1));

test("it is signed out without MSAL, which is loaded when the page is idle", async () => {
  const store = await openStore();
  expect(session(store)).toMatchObject({ status: "signed-out", error: null });
  expect(loads).toBe(0);
  idle();
  await loaded();
  arrive();
  await store.ready();
  expect(store.getSnapshot()).toMatchObject({ msal, session: { status: "signed-out" } });
});

test("a sign-in in another tab loads MSAL and shows the person; another change of the storage does not", async () => {
  const store = await openStore();
  dispatchEvent(new StorageEvent("storage", { key: "theme" }));
  await Promise.resolve();
  expect(loads).toBe(0);
  msal = scriptedMsal(ADA);
  dispatchEvent(new StorageEvent("storage", { key: "msal.2|scripted|account" }));
  await loaded();
  arrive();
  await vi.waitFor(() => expect(session(store)).toMatchObject({ status: "signed-in", account: ADA_ACCOUNT }));
});

test("a configuration that is wrong makes it failed, without MSAL", async () => {
  const store = makeStore({ clientId: "" });
  await expect(store.opened()).rejects.toMatchObject({ code: "config_invalid" });
  expect(session(store)).toMatchObject({ status: "failed", error: { code: "config_invalid" } });
  expect(loads).toBe(0);
});

test.each([
  ["an account in MSAL's cache", () => void scriptedMsal(ADA)],
  ["a sign-in under way", () => beginInWindow(crypto.randomUUID())],
  ["a return from a sign-out", () => history.replaceState(null, "", "/?state=x")],
])("with %s it waits for MSAL", async (_, prepare) => {
  prepare();
  const store = makeStore();
  store.start();
  await loaded();
  expect(session(store)).toEqual({ status: "starting" });
  arrive();
  await store.opened();
  expect(session(store)).toMatchObject({ status: "signed-out", error: null });
});

test("a click before MSAL is there loads it, and opens the window", async () => {
  msal.onPopup = async () => answer("of ada");
  const store = await openStore();
  const signingIn = store.signIn();
  expect(session(store)).toEqual({ status: "signing-in" });
  await loaded();
  expect(msal.popups).toEqual([]);
  arrive();
  expect(await signingIn).toEqual({ ok: true, account: ADA_ACCOUNT });
  expect(msal.popups).toHaveLength(1);
});

test("a click that is cancelled before MSAL is there opens no window", async () => {
  const store = await openStore();
  const signingIn = store.signIn();
  store.cancel();
  await loaded();
  arrive();
  expect(await signingIn).toMatchObject({ ok: false, error: { code: "sign_in_cancelled" } });
  expect(msal.popups).toEqual([]);
  expect(store.getSnapshot()).toMatchObject({ busy: false, session: { status: "signed-out" } });
});

test("two clicks before MSAL is there open one window, and are busy until it ends", async () => {
  let end = (): void => {};
  msal.onPopup = () => new Promise((resolve) => (end = () => resolve(answer("of ada"))));
  const store = await openStore();
  const clicks = [store.signIn(), store.signIn()];
  await loaded();
  arrive();
  await vi.waitFor(() => expect(msal.popups).toHaveLength(1));
  await new Promise((resolve) => setTimeout(resolve));
  expect(session(store)).toEqual({ status: "signing-in" });
  end();
  expect(await Promise.all(clicks)).toEqual(clicks.map(() => ({ ok: true, account: ADA_ACCOUNT })));
  expect([loads, msal.popups.length, store.getSnapshot().busy]).toEqual([1, 1, false]);
});
