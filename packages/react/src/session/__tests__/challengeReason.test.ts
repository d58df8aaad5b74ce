/** A person who is asked for a step-up is told what the API needs it for. */
import { beforeEach, expect, test, vi } from "vitest";
import { ADA_VISITS, type ScriptedDjango, scriptedDjango } from "../../__tests__/scriptedDjango.js";
import {
  ADA,
  answer,
  CONFIG,
  interactionRequired,
  type ScriptedMsal,
  scriptedMsal,
} from "../../__tests__/scriptedMsal.js";
import { EntranceError } from "../errors.js";
import { setPageSession } from "../pageSession.js";
import { authorizedFetch } from "../requests/authorizedFetch.js";
import { SessionStore } from "../session.js";

const SENTENCE = "Deleting needs a second proof.";
const WHY = "To delete an entry, confirm that it is you.";
const ASKED = new EntranceError("interaction_required").message;
const CLAIMS = btoa('{"access_token":{"acrs":{"essential":true,"value":"c1"}}}');
const HEADER = `Bearer error="insufficient_claims", claims="${CLAIMS}"`;
const PROBLEM = JSON.stringify({ type: "urn:django-entrance:insufficient_claims", title: SENTENCE, detail: "" });

const challenge = (body: string | null, header = HEADER): Response =>
  new Response(body, { status: 401, headers: { "WWW-Authenticate": header } });

let msal: ScriptedMsal;
let store: SessionStore;

beforeEach(() => {
  msal = scriptedMsal(ADA);
  msal.onSilent = async ({ claims }) => (claims ? Promise.reject(interactionRequired()) : answer("old"));
});

function open(session?: "django"): SessionStore {
  store = new SessionStore({ config: CONFIG, session }, () => msal);
  setPageSession(store);
  return store;
}

test.each([
  ["a problem document", challenge(PROBLEM), SENTENCE],
  ["the project's sentence", challenge(PROBLEM.replace('"detail":""', `"detail":"…","because":"${WHY}"`)), WHY],
  ["the header", challenge(null, `${HEADER}, error_description="${SENTENCE}"`), SENTENCE],
  ["nothing", challenge(null), ASKED],
  ["text of another kind", challenge(SENTENCE), ASKED],
])("the reason in %s", async (_, response, message) => {
  vi.stubGlobal("fetch", async () => response);
  await open().ready();
  await expect(authorizedFetch("/x")).rejects.toMatchObject({ code: "interaction_required", message });
  expect(store.getSnapshot().session).toMatchObject({ status: "needs-interaction", error: { message } });
});

test("it confirms, and the request that waits goes on", async () => {
  vi.stubGlobal("fetch", async ({ headers }: Request) =>
    headers.get("Authorization") === "Bearer stepped up" ? new Response("fine") : challenge(PROBLEM),
  );
  msal.onPopup = async () => answer("stepped up");
  await open().ready();
  const response = authorizedFetch("/x", { interaction: "click" });
  await vi.waitFor(() => expect(store.getSnapshot().session.status).toBe("needs-interaction"));
  const { session } = store.getSnapshot();
  if (session.status === "needs-interaction") expect(await session.confirm()).toMatchObject({ ok: true });
  expect(await (await response).text()).toBe("fine");
});

async function inDjangoSession(respond: () => Response): Promise<ScriptedDjango> {
  const django = scriptedDjango(ADA_VISITS);
  django.onApi = respond;
  await open("django").opened();
  return django;
}

test("in a Django session as well", async () => {
  await inDjangoSession(() => challenge(PROBLEM));
  await expect(authorizedFetch("/x")).rejects.toMatchObject({ code: "interaction_required", message: SENTENCE });
});

test("a stale session has no reason of the API", async () => {
  const stale = JSON.stringify({ type: "urn:django-entrance:session_stale", title: "Stale", detail: "" });
  msal.onSilent = () => Promise.reject(interactionRequired());
  await inDjangoSession(() => new Response(stale, { status: 401 }));
  await expect(authorizedFetch("/x")).rejects.toMatchObject({ code: "interaction_required", message: ASKED });
});
