/** With `session="django"`: Microsoft wants to see the person again before the session can be renewed. */
import { beforeEach, expect, test, vi } from "vitest";
import { problem } from "../../__tests__/scriptedConnect.js";
import {
  ADA_VISITS,
  BARBARA_VISITS,
  NO_ONE,
  type ScriptedDjango,
  scriptedDjango,
  stale,
} from "../../__tests__/scriptedDjango.js";
import {
  ADA,
  answer,
  BOB,
  CONFIG,
  interactionRequired,
  type ScriptedMsal,
  scriptedMsal,
} from "../../__tests__/scriptedMsal.js";
import type { Visitor } from "../django/visitor.js";
import { setPageSession } from "../pageSession.js";
import { authorizedFetch } from "../requests/authorizedFetch.js";
import { SessionStore } from "../session.js";
import type { Session } from "../snapshot.js";

const BOB_VISITS: Visitor = {
  user: { username: BOB.username, name: "Bob Kahn" },
  via: "entra",
  entra: { tenant_id: BOB.tenantId, object_id: BOB.localAccountId, username: BOB.username, recheck_at: 9 },
  csrf_token: "bob's",
};

/** Ada, whose session Django checked then. */
function adaCheckedAt(recheck_at: number): Visitor {
  return { ...ADA_VISITS, entra: { ...(ADA_VISITS.entra as NonNullable<Visitor["entra"]>), recheck_at } };
}

let django: ScriptedDjango;
let msal: ScriptedMsal;
let store: SessionStore;

beforeEach(async () => {
  django = scriptedDjango(adaCheckedAt(1));
  django.next = adaCheckedAt(2);
  django.onApi = () => (django.visitor.entra?.recheck_at === 1 ? stale() : new Response("fine"));
  msal = scriptedMsal(ADA);
  msal.onSilent = async () => Promise.reject(interactionRequired());
  msal.onPopup = async () => answer("again");
  store = openSession();
  await store.opened();
});

function openSession(): SessionStore {
  const made = new SessionStore({ config: CONFIG, session: "django" }, () => msal);
  setPageSession(made);
  return made;
}

const session = (of: SessionStore = store): Session => of.getSnapshot().session;
const outcome = (request: Promise<Response>): Promise<unknown> =>
  request.then(
    (response) => response.status,
    (error) => error.code ?? error,
  );

/** A request that waits. In an object, so that awaiting it does not await the request. */
async function begin(): Promise<{ readonly ended: Promise<unknown> }> {
  const ended = outcome(authorizedFetch("/x", { method: "POST", body: "draft", interaction: "click" }));
  await vi.waitFor(() => expect(session().status).toBe("needs-interaction"));
  return { ended };
}

async function confirm(): Promise<unknown> {
  const demanded = session();
  return demanded.status === "needs-interaction" ? demanded.confirm() : `was ${demanded.status}`;
}

test("a request rejects, no window opens, and the Django session stays", async () => {
  expect(await outcome(authorizedFetch("/x"))).toBe("interaction_required");
  expect(session()).toMatchObject({ status: "needs-interaction", via: "entra", account: { username: ADA.username } });
  expect([msal.popups, msal.redirects, django.visitor]).toEqual([[], [], adaCheckedAt(1)]);
});

test("confirm starts the Django session anew, tells of no sign-in, and what waits is sent once", async () => {
  const told = vi.fn();
  store.signInListeners.add(told);
  const requests = await Promise.all([begin(), begin()]);
  expect(await confirm()).toMatchObject({ ok: true, account: { username: ADA.username } });
  expect(await Promise.all(requests.map(({ ended }) => ended))).toEqual([200, 200]);
  expect(django.asked().filter((method) => method === "POST")).toHaveLength(1);
  expect(msal.popups).toMatchObject([{ scopes: CONFIG.scopes, loginHint: ADA.username }]);
  expect([session().status, told.mock.calls]).toEqual(["signed-in", []]);
});

test("another person in the window: account_changed, nothing is sent again, and it is told", async () => {
  const told = vi.fn();
  store.signInListeners.add(told);
  const { ended } = await begin();
  msal.onPopup = async () => answer("Bob's", BOB);
  django.next = BOB_VISITS;
  await confirm();
  expect(await ended).toBe("account_changed");
  expect(session()).toMatchObject({ status: "signed-in", account: { username: BOB.username } });
  expect(told).toHaveBeenCalledOnce();
  expect(django.sent.filter(({ path }) => path === "/x")).toHaveLength(1);
});

test("if Django refuses the confirmation, the person stays demanded with the reason", async () => {
  await outcome(authorizedFetch("/x"));
  django.refusals.set("POST", problem("account_exists"));
  expect(await confirm()).toMatchObject({ ok: false, error: { code: "account_exists" } });
  expect(session()).toMatchObject({ status: "needs-interaction", error: { code: "account_exists" } });
});

test("a sign-out rejects what waits: not_signed_in", async () => {
  const { ended } = await begin();
  await store.signOut();
  expect([await ended, session().status]).toEqual(["not_signed_in", "signed-out"]);
});

test("a confirmation in another tab ends it here, and what waits goes on", async () => {
  const { ended } = await begin();
  const here = store;
  const there = openSession();
  await there.opened();
  await there.signIn();
  expect(await ended).toBe(200);
  expect([session(here).status, msal.popups.length]).toEqual(["signed-in", 1]);
});

test("a page of Django that confirmed is seen when this tab is shown, and what waits goes on", async () => {
  const { ended } = await begin();
  django.visitor = adaCheckedAt(2);
  document.dispatchEvent(new Event("visibilitychange"));
  expect(await ended).toBe(200);
  expect(session().status).toBe("signed-in");
});

test("a tab that is shown again without a confirmation stays as it is", async () => {
  const { ended } = await begin();
  const asked = django.asked().length;
  document.dispatchEvent(new Event("visibilitychange"));
  await vi.waitFor(() => expect(django.asked().length).toBeGreaterThan(asked));
  expect(session().status).toBe("needs-interaction");
  await confirm();
  expect(await ended).toBe(200);
});

test("a session that ended meanwhile rejects what waits: not_signed_in", async () => {
  const { ended } = await begin();
  django.visitor = NO_ONE;
  await store.refresh();
  expect([await ended, session().status]).toEqual(["not_signed_in", "signed-out"]);
});

test("Microsoft is not asked for each request: ten polls, one question", async () => {
  for (let polls = 0; polls < 10; polls++) expect(await outcome(authorizedFetch("/x"))).toBe("interaction_required");
  expect(msal.silents).toHaveLength(1);
});

test("a token for another API that needs the person is confirmed with a token for Django, and consent for the API", async () => {
  store = new SessionStore(
    { config: CONFIG, session: "django", apiOrigins: ["https://api.contoso.example"] },
    () => msal,
  );
  setPageSession(store);
  await store.opened();
  expect(await outcome(authorizedFetch("https://api.contoso.example/x"))).toBe("interaction_required");
  await confirm();
  expect(msal.popups).toMatchObject([{ scopes: CONFIG.scopes, extraScopesToConsent: CONFIG.scopes, account: ADA }]);
  expect(session().status).toBe("signed-in");
});

test("an own login that cannot meet a claims challenge is not demanded by Microsoft", async () => {
  django.visitor = BARBARA_VISITS;
  await store.refresh();
  msal.ssoSilent = async () => Promise.reject(interactionRequired());
  const header = `Bearer error="insufficient_claims", claims="${btoa("{}")}"`;
  django.onApi = () => new Response(null, { status: 401, headers: { "WWW-Authenticate": header } });
  expect(await outcome(authorizedFetch("/x", { interaction: "click" }))).toBe("interaction_required");
  expect(session()).toMatchObject({ status: "signed-in", via: "password" });
});

/** Opens the window of a connect while the person is demanded, and clicks on "confirm". Returns what both share. */
async function confirmInOpenWindow(answered: ReturnType<typeof answer>): Promise<unknown> {
  let finish = (): void => {};
  msal.onPopup = () => new Promise((resolve) => (finish = () => resolve(answered)));
  const connecting = store.askMicrosoft({});
  msal.openWindow();
  const confirming = confirm();
  finish();
  await connecting;
  return confirming;
}

test("a window that is open for a connect confirms its person, too", async () => {
  const { ended } = await begin();
  expect(await confirmInOpenWindow(answer("again"))).toMatchObject({ ok: true, account: { username: ADA.username } });
  expect([await ended, session().status, msal.popups.length]).toEqual([200, "signed-in", 1]);
});

test("a window that is open for a connect confirms no other person, and starts no session of theirs", async () => {
  await outcome(authorizedFetch("/x"));
  const refusal = { ok: false, error: { code: "interaction_required" } };
  expect(await confirmInOpenWindow(answer("Bob's", BOB))).toMatchObject(refusal);
  expect([session().status, django.asked().includes("POST")]).toEqual(["needs-interaction", false]);
});
