/** Microsoft wants to see the signed-in person again: no request opens a window, a click does, and requests go on. */
import { BrowserAuthError, EventType } from "@azure/msal-browser";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import {
  ADA,
  ADA_ACCOUNT,
  answer,
  BOB,
  CONFIG,
  interactionRequired,
  popupBlocked,
  type ScriptedMsal,
  scriptedMsal,
} from "../../__tests__/scriptedMsal.js";
import { setPageSession } from "../pageSession.js";
import { authorizedFetch } from "../requests/authorizedFetch.js";
import type { InteractionMode } from "../requests/call.js";
import { SessionStore } from "../session.js";
import type { Session } from "../snapshot.js";

const CLAIMS = '{"access_token":{"acrs":{"essential":true,"value":"c1"}}}';
const CHALLENGE = { "WWW-Authenticate": `Bearer error="insufficient_claims", claims="${btoa(CLAIMS)}"` };

let msal: ScriptedMsal;
let store: SessionStore;
/** The tokens that the API got. */
let sent: (string | null)[];
/** Whether Microsoft has seen the person. */
let isSeen: boolean;

beforeEach(async () => {
  isSeen = false;
  sent = [];
  msal = scriptedMsal(ADA);
  msal.onSilent = async () => (isSeen ? answer("new") : Promise.reject(interactionRequired()));
  msal.onPopup = async () => {
    isSeen = true;
    return answer("new");
  };
  vi.stubGlobal("fetch", async (request: Request) => {
    sent.push(request.headers.get("Authorization"));
    return new Response("fine");
  });
  store = await openSession();
});
afterEach(() => vi.useRealTimers());

async function openSession(interaction?: InteractionMode): Promise<SessionStore> {
  const made = new SessionStore({ config: CONFIG, interaction }, () => msal);
  setPageSession(made);
  await made.ready();
  return made;
}

const session = (): Session => store.getSnapshot().session;
const outcome = (request: Promise<Response>): Promise<unknown> =>
  request.then(
    (response) => response.status,
    (error) => error.code ?? error,
  );

async function confirm(): Promise<unknown> {
  const demanded = session();
  return demanded.status === "needs-interaction" ? demanded.confirm() : `was ${demanded.status}`;
}

/** A request that waits. In an object, so that awaiting it does not await the request. */
async function begin(init?: RequestInit): Promise<{ readonly ended: Promise<unknown> }> {
  const ended = outcome(authorizedFetch("/x", { ...init, interaction: "click" }));
  await vi.waitFor(() => expect(session().status).toBe("needs-interaction"));
  return { ended };
}

test("a request rejects, no window opens, the page stays, and the session says what is needed", async () => {
  expect(await outcome(authorizedFetch("/x"))).toBe("interaction_required");
  expect([msal.popups, msal.redirects, sent]).toEqual([[], [], []]);
  expect(session()).toMatchObject({
    status: "needs-interaction",
    account: ADA_ACCOUNT,
    roles: [],
    groups: [],
    error: { code: "interaction_required" },
  });
});

test("confirm opens the window for the same account and ends it; the next request is sent", async () => {
  await outcome(authorizedFetch("/x"));
  expect(await confirm()).toEqual({ ok: true, account: ADA_ACCOUNT });
  expect(msal.popups).toMatchObject([{ account: ADA, scopes: CONFIG.scopes }]);
  expect(session().status).toBe("signed-in");
  expect(await outcome(authorizedFetch("/x"))).toBe(200);
  expect(sent).toEqual(["Bearer new"]);
});

test("requests that wait for a click share one confirmation and go on after it", async () => {
  const requests = await Promise.all([begin(), begin(), begin()]);
  expect(sent).toEqual([]);
  await confirm();
  expect(await Promise.all(requests.map(({ ended }) => ended))).toEqual([200, 200, 200]);
  expect(msal.popups).toHaveLength(1);
});

test.each([
  ["click", undefined, 200],
  ["click", "never", "interaction_required"],
  ["never", undefined, "interaction_required"],
] as const)("a session with %s, and a request with %s: %s", async (mode, own, expected) => {
  store = await openSession(mode);
  const ended = outcome(authorizedFetch("/x", own && { interaction: own }));
  await vi.waitFor(() => expect(session().status).toBe("needs-interaction"));
  await confirm();
  expect(await ended).toBe(expected);
});

test("the window asks for the claims of a challenge, and its token answers it", async () => {
  vi.stubGlobal("fetch", async (request: Request) => {
    sent.push(request.headers.get("Authorization"));
    return sent.at(-1) === "Bearer stepped up" ? new Response() : new Response("", { status: 401, headers: CHALLENGE });
  });
  msal.onSilent = async ({ claims }) => (claims ? Promise.reject(interactionRequired()) : answer("old"));
  msal.onPopup = async () => answer("stepped up");
  const { ended } = await begin({ method: "POST", body: "again" });
  await confirm();
  expect(await ended).toBe(200);
  expect(msal.popups).toMatchObject([{ claims: CLAIMS }]);
  expect(sent).toEqual(["Bearer old", "Bearer stepped up"]);
});

test("a sign-in asks for the claims as well, and confirms", async () => {
  msal.onSilent = async () => (isSeen ? answer("new") : Promise.reject(interactionRequired(CLAIMS)));
  const { ended } = await begin();
  await store.signIn();
  expect(msal.popups).toMatchObject([{ claims: CLAIMS, loginHint: ADA.username }]);
  expect(await ended).toBe(200);
});

test.each([
  [{ prompt: "select_account" }, undefined],
  [{ loginHint: BOB.username }, BOB.username],
  [{}, ADA.username],
] as const)("a sign-in with %j suggests %s", async (options, loginHint) => {
  await outcome(authorizedFetch("/x"));
  await store.signIn(options);
  expect(msal.popups[0]?.loginHint).toBe(loginHint);
});

test("a closed window leaves the person demanded, with the error; requests still wait for the next click", async () => {
  vi.useFakeTimers();
  vi.spyOn(document, "hasFocus").mockReturnValue(true);
  const { ended } = await begin();
  msal.onPopup = () => new Promise(() => {});
  const closed = confirm();
  await vi.advanceTimersByTimeAsync(0);
  expect(store.getSnapshot()).toMatchObject({ busy: true, session: { error: { code: "interaction_required" } } });
  msal.openWindow().close();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(await closed).toMatchObject({ ok: false, error: { code: "popup_closed" } });
  expect(store.getSnapshot()).toMatchObject({
    busy: false,
    session: { status: "needs-interaction", error: { code: "popup_closed" } },
  });
  msal.onPopup = async () => {
    isSeen = true;
    return answer("new");
  };
  await confirm();
  expect(await ended).toBe(200);
  expect(store.getSnapshot().error).toBeNull();
});

test("two clicks open one window", async () => {
  await outcome(authorizedFetch("/x"));
  let finish = (): void => {};
  msal.onPopup = () => new Promise((resolve) => (finish = () => resolve(answer("new"))));
  const clicks = [confirm(), confirm()];
  await vi.waitFor(() => expect(msal.popups).toHaveLength(1));
  msal.openWindow();
  clicks.push(confirm());
  finish();
  expect(await Promise.all(clicks)).toMatchObject([{ ok: true }, { ok: true }, { ok: true }]);
  expect(msal.popups).toHaveLength(1);
});

test("a blocked window leaves the page, which only a click can do", async () => {
  await outcome(authorizedFetch("/x"));
  msal.onPopup = async () => Promise.reject(popupBlocked());
  void confirm();
  await vi.waitFor(() => expect(msal.redirects).toMatchObject([{ account: ADA }]));
});

test("another account in the window: account_changed, nothing is sent, and it is told as a sign-in", async () => {
  const told = vi.fn();
  store.signInListeners.add(told);
  const { ended } = await begin();
  msal.onPopup = async () => answer("Bob's", BOB);
  await confirm();
  expect([await ended, sent]).toEqual(["account_changed", []]);
  expect(session()).toMatchObject({ status: "signed-in", account: { username: BOB.username } });
  expect(told).toHaveBeenCalledOnce();
});

test("the same account in the window is no sign-in to tell of", async () => {
  const told = vi.fn();
  store.signInListeners.add(told);
  await outcome(authorizedFetch("/x"));
  await confirm();
  expect(told).not.toHaveBeenCalled();
});

test("a sign-out rejects what waits: not_signed_in", async () => {
  const { ended } = await begin();
  void store.signOut();
  expect(await ended).toBe("not_signed_in");
});

test("a sign-out in another tab rejects what waits: not_signed_in", async () => {
  const { ended } = await begin();
  msal.getActiveAccount = () => null;
  msal.emit(EventType.LOGOUT_SUCCESS);
  expect(await ended).toBe("not_signed_in");
  expect(session().status).toBe("signed-out");
});

test("an abort rejects what waits, with its reason, and nothing else", async () => {
  const controller = new AbortController();
  const aborted = await begin({ signal: controller.signal });
  const other = await begin();
  controller.abort("enough");
  expect(await aborted.ended).toBe("enough");
  await confirm();
  expect(await other.ended).toBe(200);
});

test("a confirmation in another tab ends it here, and what waits goes on", async () => {
  const { ended } = await begin();
  isSeen = true;
  msal.emit(EventType.ACTIVE_ACCOUNT_CHANGED);
  expect(await ended).toBe(200);
  expect(session().status).toBe("signed-in");
  expect(msal.popups).toEqual([]);
});

test("an event of another tab that confirms nothing changes nothing", async () => {
  const { ended } = await begin();
  msal.emit(EventType.ACTIVE_ACCOUNT_CHANGED);
  await vi.waitFor(() => expect(msal.silents).toHaveLength(2));
  expect(session().status).toBe("needs-interaction");
  await confirm();
  expect(await ended).toBe(200);
});

test("a click that comes after another tab's confirmation opens no window", async () => {
  await outcome(authorizedFetch("/x"));
  const seen = session();
  isSeen = true;
  msal.emit(EventType.ACTIVE_ACCOUNT_CHANGED);
  await vi.waitFor(() => expect(session().status).toBe("signed-in"));
  const late = seen.status === "needs-interaction" ? await seen.confirm() : null;
  expect([late, msal.popups]).toEqual([{ ok: true, account: ADA_ACCOUNT }, []]);
});

test("polls do not ask Microsoft each time; after a minute one does, and may find that nothing is needed any more", async () => {
  vi.useFakeTimers();
  for (let polls = 0; polls < 10; polls++) expect(await outcome(authorizedFetch("/x"))).toBe("interaction_required");
  expect(msal.silents).toHaveLength(1);
  isSeen = true;
  vi.setSystemTime(Date.now() + 61_000);
  expect(await outcome(authorizedFetch("/x"))).toBe(200);
  expect(session().status).toBe("signed-in");
});

test("a request without the demanded claims goes on meanwhile", async () => {
  msal.onSilent = async ({ claims }) => (claims ? Promise.reject(interactionRequired()) : answer("cached", ADA, true));
  await expect(store.token({ claims: CLAIMS })).rejects.toMatchObject({ code: "interaction_required" });
  expect(await outcome(authorizedFetch("/x"))).toBe(200);
  expect(session().status).toBe("needs-interaction");
});

test("an error that asks for no one demands no one", async () => {
  msal.onSilent = async () => Promise.reject(new BrowserAuthError("post_request_failed", "42"));
  expect(await outcome(authorizedFetch("/x", { interaction: "click" }))).toBe("microsoft_unreachable");
  expect(session().status).toBe("signed-in");
});

test.each([
  ["the same account: it is sent", ADA, 200],
  ["another account: account_changed, nothing is sent", BOB, "account_changed"],
])("an autosave waits for a window that is open already, and is answered by %s", async (_, chosen, expected) => {
  let choose = (): void => {};
  msal.onPopup = () =>
    new Promise((resolve) => {
      choose = () => {
        isSeen = true;
        resolve(answer("new", chosen));
      };
    });
  void store.signIn({ prompt: "select_account" });
  msal.openWindow();
  const { ended } = await begin({ method: "PUT", body: "Ada's draft" });
  choose();
  expect(await ended).toBe(expected);
  expect(sent).toEqual(chosen === ADA ? ["Bearer new"] : []);
});
