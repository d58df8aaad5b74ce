/** A fake `account/connect/`: tests set its responses and read what was sent. */
import { vi } from "vitest";

export interface Sent {
  readonly url: string;
  readonly authorization: string | null;
  readonly csrf: string | null;
  readonly body: unknown;
}

export const TICKET = { ticket: "of-barbara", expires_in: 300 };

/** Makes a refusal as django-entrance does. */
export function problem(reason: string, status = 403): Response {
  const body = { type: `urn:django-entrance:${reason}`, title: "A title", status, detail: "A detail.", reason };
  return new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/problem+json" } });
}

/** Answers the requests in order. Without an answer, the requests stay pending. */
export function respondWith(...answers: (Response | Error)[]): Sent[] {
  const sent: Sent[] = [];
  vi.stubGlobal("fetch", async (input: RequestInfo | URL, init?: RequestInit) => {
    const request = new Request(input, init);
    const { url, headers } = request;
    const text = await request.text();
    sent.push({
      url,
      authorization: headers.get("Authorization"),
      csrf: headers.get("X-CSRFToken"),
      body: text === "" ? null : JSON.parse(text),
    });
    const answer = answers.shift();
    if (answer instanceof Error) throw answer;
    return answer ?? new Promise<never>(() => {});
  });
  return sent;
}
