/** A fake GraphQL API beside a fake MSAL: tests set its answers and read what it was sent. */
import { beforeEach, vi } from "vitest";
import { ADA, answer, CONFIG, type ScriptedMsal, scriptedMsal } from "../../__tests__/scriptedMsal.js";
import { setPageSession } from "../../session/pageSession.js";
import { SessionStore } from "../../session/session.js";

export const CLAIMS = '{"access_token":{"acrs":{"essential":true,"value":"c1"}}}';

export interface Api {
  msal: ScriptedMsal;
  /** Authorization and body of each request. */
  sent: { readonly url: string; readonly authorization: string | null; readonly body: string }[];
  /** Answers in order; the last one repeats. */
  answers: (() => Response)[];
}

/** Signs Ada in before each test. Her token is `old`, `new` after a renewal, and `stepped up` after a challenge. */
export function scriptApi(): Api {
  const api = {} as Api;
  beforeEach(() => {
    api.msal = scriptedMsal(ADA);
    api.msal.onSilent = async ({ forceRefresh, claims }) =>
      answer(claims ? "stepped up" : forceRefresh ? "new" : "old");
    api.sent = [];
    api.answers = [() => data({ hello: "Ada" })];
    setPageSession(new SessionStore({ config: CONFIG }, () => api.msal));
    vi.stubGlobal("fetch", async (request: Request) => {
      const { url, headers } = request;
      api.sent.push({ url, authorization: headers.get("Authorization"), body: await request.text() });
      const [respond, ...others] = api.answers;
      if (others.length > 0) api.answers = others;
      return respond?.();
    });
  });
  return api;
}

export const data = (found: object): Response => json({ data: found });

/** An answer as strawberry gives it with the permission classes of django-entrance. */
export function refusal(reason: string, extensions: object = {}, beside: object | null = null): Response {
  const code = reason === "not_signed_in" ? "UNAUTHENTICATED" : "FORBIDDEN";
  const error = { message: `Refused: ${reason}`, path: ["hello"], extensions: { code, reason, ...extensions } };
  return json({ data: beside, errors: [error] });
}

export const challenge = (): Response =>
  refusal("insufficient_claims", { code: "UNAUTHENTICATED", claims: btoa(CLAIMS) });

export function json(body: object, status = 200): Response {
  return new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/json" } });
}
