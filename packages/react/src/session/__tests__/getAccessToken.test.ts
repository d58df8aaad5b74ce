import { beforeEach, expect, test, vi } from "vitest";
import { ADA_VISITS, BARBARA_VISITS, NO_ONE, scriptedDjango } from "../../__tests__/scriptedDjango.js";
import {
  ADA,
  answer,
  BOB,
  CONFIG,
  interactionRequired,
  type ScriptedMsal,
  scriptedMsal,
} from "../../__tests__/scriptedMsal.js";
import { pageSession, setPageSession } from "../pageSession.js";
import { getAccessToken } from "../requests/getAccessToken.js";
import { SessionStore } from "../session.js";

const GRAPH = ["https://graph.microsoft.com/User.Read"];
let msal: ScriptedMsal;

beforeEach(() => {
  msal = scriptedMsal(ADA);
  msal.onSilent = async ({ scopes }) => answer(`for ${scopes}`);
});

function makePage(session?: "django"): void {
  setPageSession(new SessionStore({ config: CONFIG, session }, () => msal));
}

test("a token of another API's scopes, from the cache if it is there", async () => {
  makePage();
  expect(await getAccessToken({ scopes: GRAPH })).toBe(`for ${GRAPH}`);
  expect(msal.silents).toEqual([{ scopes: GRAPH, account: ADA }]);
});

test("without scopes it is the application's own API", async () => {
  makePage();
  expect(await getAccessToken()).toBe(`for ${CONFIG.scopes}`);
});

test("tokens of two APIs do not share a request", async () => {
  makePage();
  expect(await Promise.all([getAccessToken(), getAccessToken({ scopes: GRAPH })])).toEqual([
    `for ${CONFIG.scopes}`,
    `for ${GRAPH}`,
  ]);
});

test("where Microsoft wants the person, no window opens: interaction_required", async () => {
  makePage();
  msal.onSilent = async () => Promise.reject(interactionRequired());
  await expect(getAccessToken({ scopes: GRAPH })).rejects.toMatchObject({ code: "interaction_required" });
  expect(msal.popups).toEqual([]);
});

test("without a person: not_signed_in", async () => {
  msal = scriptedMsal();
  makePage();
  await expect(getAccessToken({ scopes: GRAPH })).rejects.toMatchObject({ code: "not_signed_in" });
});

test("beside a Django session it is of that session's person, whoever is in MSAL's cache", async () => {
  scriptedDjango(ADA_VISITS);
  msal = scriptedMsal(BOB);
  msal.ssoSilent = async (request) => {
    expect(request).toEqual({ scopes: GRAPH, loginHint: ADA_VISITS.entra?.username });
    return answer("of ada");
  };
  makePage("django");
  expect(await getAccessToken({ scopes: GRAPH })).toBe("of ada");
});

test("beside a Django session the cache will do, too", async () => {
  scriptedDjango(ADA_VISITS);
  makePage("django");
  await getAccessToken({ scopes: GRAPH });
  expect(msal.silents).toEqual([{ scopes: GRAPH, account: ADA, forceRefresh: false }]);
});

test.each([NO_ONE, BARBARA_VISITS])(
  "beside a Django session without Microsoft's person: not_signed_in",
  async (visitor) => {
    scriptedDjango(visitor);
    makePage("django");
    await expect(getAccessToken({ scopes: GRAPH })).rejects.toMatchObject({ code: "not_signed_in" });
    expect(msal.silents).toEqual([]);
  },
);

test.each([undefined, "django"] as const)(
  "a token that needs the person waits for a click, with the scopes to consent to (session %s)",
  async (session) => {
    scriptedDjango(ADA_VISITS);
    makePage(session);
    let isSeen = false;
    msal.onSilent = async () => (isSeen ? answer("for Graph") : Promise.reject(interactionRequired()));
    msal.onPopup = async () => {
      isSeen = true;
      return answer("from the window");
    };
    const waiting = getAccessToken({ scopes: GRAPH, interaction: "click" });
    const store = pageSession();
    await vi.waitFor(() => expect(store.getSnapshot().session.status).toBe("needs-interaction"));
    await store.confirm();
    expect(await waiting).toBe("for Graph");
    const asked = session ? { scopes: CONFIG.scopes, extraScopesToConsent: GRAPH } : { scopes: GRAPH };
    expect(msal.popups).toMatchObject([asked]);
  },
);

test("an abort ends the waiting for the person", async () => {
  makePage();
  msal.onSilent = async () => Promise.reject(interactionRequired());
  const controller = new AbortController();
  const waiting = getAccessToken({ scopes: GRAPH, interaction: "click", signal: controller.signal });
  await vi.waitFor(() => expect(pageSession().getSnapshot().session.status).toBe("needs-interaction"));
  controller.abort("enough");
  await expect(waiting).rejects.toBe("enough");
});
