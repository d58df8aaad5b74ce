/** What happens before the rest of the session is loaded. Each test has fresh modules, and lets the rest arrive. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ADA_VISITS, BARBARA_VISITS, scriptedDjango } from "../../__tests__/scriptedDjango.js";
import { ADA, answer, CONFIG, scriptedMsal } from "../../__tests__/scriptedMsal.js";

type Modules = typeof import("../session.js") &
  typeof import("../requests/authorizedFetch.js") &
  typeof import("../errors.js") &
  typeof import("../own/ownLogin.js");

const PAGE = Symbol.for("django-entrance.page");
const DJANGO = { config: "/entrance/config.json", session: "django" } as const;
const page: unknown = Reflect.get(globalThis, PAGE);
let it: Modules;
let arrive: () => void;
let fail: (error: Error) => void;

beforeEach(async () => {
  vi.resetModules();
  Reflect.deleteProperty(globalThis, PAGE); // it keeps what earlier modules have loaded
  vi.stubGlobal("requestIdleCallback", () => 0);
  vi.doMock("../waiting/loadPart.js", async () => {
    const { loadPart } = await vi.importActual<typeof import("../waiting/loadPart.js")>("../waiting/loadPart.js");
    let waiting: Promise<void> | null = new Promise((resolve, reject) => {
      arrive = resolve;
      fail = reject;
    });
    const late: typeof loadPart = (load, name) => {
      if (name !== ("send" as typeof name) || !waiting) return loadPart(load, name);
      const wait = waiting;
      const isOver = (): void => {
        waiting = null;
      };
      wait.then(isOver, isOver);
      return loadPart(() => wait.then(load), name);
    };
    return { loadPart: late };
  });
  it = {
    ...(await import("../session.js")),
    ...(await import("../requests/authorizedFetch.js")),
    ...(await import("../errors.js")),
    ...(await import("../own/ownLogin.js")),
  };
});

afterEach(() => {
  vi.doUnmock("../waiting/loadPart.js");
  vi.resetModules();
  Reflect.set(globalThis, PAGE, page);
});

const soon = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

test("Django is asked before the rest is there; the answer counts after it", async () => {
  const django = scriptedDjango(ADA_VISITS);
  const store = new it.SessionStore(DJANGO);
  store.start();
  await soon();
  expect([django.asked(), store.getSnapshot().session.status]).toEqual([["GET"], "starting"]);
  arrive();
  await store.opened();
  expect([django.asked(), store.getSnapshot().session.status]).toEqual([["GET"], "signed-in"]);
});

test("config.json is asked for before the rest is there", async () => {
  const fetch = vi.fn(async () => Response.json(CONFIG));
  vi.stubGlobal("fetch", fetch);
  const store = new it.SessionStore({ config: "/entrance/config.json" });
  store.start();
  await soon();
  expect(fetch).toHaveBeenCalledOnce();
  arrive();
  await store.opened();
  expect([fetch.mock.calls.length, store.getSnapshot().session.status]).toEqual([1, "signed-out"]);
});

test("an own login is known without the rest", () => {
  const store = new it.SessionStore({ config: CONFIG });
  const account = { name: "Barbara", username: "barbara" };
  const login = { account: () => account, subscribe: () => () => {}, authorize: () => {}, signOut: () => {} };
  it.plugOwnLogin(store, login);
  store.start();
  expect(store.getSnapshot().session).toMatchObject({ status: "signed-in", account });
});

test.each([
  ["the same person", "barbara", 200],
  ["another person", "carol", "account_changed"],
])("a request waits for the rest, and %s is signed in by then", async (_, username, expected) => {
  vi.stubGlobal("fetch", async () => new Response("fine"));
  let account = { name: "", username: "barbara" };
  const store = new it.SessionStore({ config: CONFIG });
  const login = { account: () => account, subscribe: () => () => {}, authorize: () => {}, signOut: () => {} };
  it.plugOwnLogin(store, login);
  store.start();
  const ended = it.fetchThrough(store, "/x").then(
    ({ status }) => status,
    ({ code }) => code,
  );
  account = { name: "", username };
  arrive();
  expect(await ended).toBe(expected);
});

test("a request that is aborted meanwhile ends at once", async () => {
  const giveUp = new AbortController();
  const store = new it.SessionStore({ config: CONFIG });
  const ended = it.fetchThrough(store, "/x", { signal: giveUp.signal });
  giveUp.abort(new Error("enough"));
  await expect(ended).rejects.toThrow("enough");
});

test("a click is busy until the rest is there, and goes on", async () => {
  const msal = scriptedMsal();
  msal.onPopup = async () => answer("of ada");
  const store = new it.SessionStore({ config: CONFIG }, () => msal);
  store.start();
  const signingIn = store.signIn();
  expect(store.getSnapshot().busy).toBe(true);
  arrive();
  expect([await signingIn, store.getSnapshot().busy]).toEqual([
    { ok: true, account: expect.objectContaining({ username: ADA.username }) },
    false,
  ]);
});

test("a sign-out waits for the rest, and ends the Django session", async () => {
  const django = scriptedDjango(BARBARA_VISITS);
  const store = new it.SessionStore(DJANGO);
  store.start();
  const ended = store.signOut();
  arrive();
  await ended;
  expect([django.asked().at(-1), store.getSnapshot().session.status]).toEqual(["DELETE", "signed-out"]);
});

test("without the rest the session fails with a sentence of its own, and heals", async () => {
  scriptedDjango(ADA_VISITS);
  const store = new it.SessionStore(DJANGO);
  const opened = store.opened();
  const clicked = store.signIn();
  fail(new TypeError("offline"));
  await expect(opened).rejects.toMatchObject({
    code: "library_unreachable",
    message: expect.stringContaining("could not be loaded"),
  });
  expect(await clicked).toMatchObject({ ok: false, error: { code: "library_unreachable" } });
  expect(store.getSnapshot()).toMatchObject({ busy: false, session: { status: "failed" } });
  dispatchEvent(new Event("online"));
  await vi.waitFor(() => expect(store.getSnapshot().session.status).toBe("signed-in"));
});

test("the other sentences come with the rest; until then an error names its code", async () => {
  expect(new it.EntranceError("popup_blocked").message).toBe("The sign-in failed: popup_blocked.");
  expect(new it.EntranceError("offline").message).toContain("You are offline.");
  arrive();
  await (await import("../loadRest.js")).loadRest();
  expect(new it.EntranceError("popup_blocked").message).toContain("The browser blocked the sign-in window.");
});
