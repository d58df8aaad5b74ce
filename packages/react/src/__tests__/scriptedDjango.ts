/** A fake `entrance/session/` and API: tests set who is signed in, and read what was sent. */
import { vi } from "vitest";
import type { Visitor } from "../session/django/visitor.js";
import { problem } from "./scriptedConnect.js";
import { ADA } from "./scriptedMsal.js";

export const ADA_VISITS: Visitor = {
  user: { username: "ada@contoso.example", name: "Ada Lovelace" },
  via: "entra",
  entra: { tenant_id: ADA.tenantId, object_id: ADA.localAccountId, username: "ada@contoso.example" },
  csrf_token: "ada's",
};
export const BARBARA_VISITS: Visitor = {
  user: { username: "barbara", name: "Barbara Liskov" },
  via: "password",
  entra: null,
  csrf_token: "barbara's",
};
export const NO_ONE: Visitor = { user: null, via: null, entra: null, csrf_token: "no one's" };
export const SESSION_URL = "http://localhost:8000/entrance/session/";

export interface Sent {
  readonly method: string;
  readonly path: string;
  readonly bearer: string | null;
  readonly csrf: string | null;
  readonly credentials: string;
  readonly mode: string;
}

export interface ScriptedDjango {
  visitor: Visitor;
  readonly sent: Sent[];
  /** Who signs in with the next token. */
  next: Visitor;
  /** Answers instead of the session's address, once each, by method. */
  readonly refusals: Map<string, Response | Error>;
  /** Answer of any other address. */
  onApi: (request: Sent) => Response;
  /** The requests to the session's address. */
  asked(): string[];
}

export const stale = (): Response => problem("session_stale", 401);

export function scriptedDjango(visitor: Visitor = NO_ONE): ScriptedDjango {
  const django: ScriptedDjango = {
    visitor,
    next: ADA_VISITS,
    sent: [],
    refusals: new Map(),
    onApi: () => new Response("fine"),
    asked: () => django.sent.filter(({ path }) => path.endsWith("/session/")).map(({ method }) => method),
  };
  vi.stubGlobal("fetch", async (input: RequestInfo | URL, init?: RequestInit) => {
    const request = new Request(input, init);
    const { pathname } = new URL(request.url);
    const { method, headers, credentials, mode } = request;
    const bearer = headers.get("Authorization");
    const sent = { method, path: pathname, bearer, csrf: headers.get("X-CSRFToken"), credentials, mode };
    django.sent.push(sent);
    if (!pathname.endsWith("/session/")) return django.onApi(sent);
    const refusal = django.refusals.get(method);
    django.refusals.delete(method);
    if (refusal instanceof Error) throw refusal;
    if (refusal) return refusal;
    if (method === "POST") django.visitor = django.next;
    if (method === "DELETE") {
      if (sent.csrf !== django.visitor.csrf_token) return new Response("CSRF", { status: 403 });
      django.visitor = NO_ONE;
      return new Response(null, { status: 204 });
    }
    return new Response(JSON.stringify(django.visitor));
  });
  return django;
}
