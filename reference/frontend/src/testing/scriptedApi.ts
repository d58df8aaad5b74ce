/** A fake API: tests set its responses per operation and read the recorded requests. */

type Variables = Record<string, unknown>;
/** Data of the operation, a whole response, or an error to reject with. */
type Script = Record<string, (variables: Variables) => unknown>;

export type Asked = { operation: string; variables: Variables; headers: Headers };

/** Tests of logic have no page. */
const ORIGIN = globalThis.location?.origin ?? "http://localhost";

export function scriptedApi(script: Script) {
  const asked: Asked[] = [];
  const fetch = async (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
    const request = new Request(input instanceof Request ? input : new URL(input, ORIGIN), init);
    const { query, variables } = await request.json();
    const operation = /(?:query|mutation) (\w+)/.exec(query)?.[1] ?? "";
    asked.push({ operation, variables, headers: request.headers });
    const answer = script[operation]?.(variables);
    if (answer instanceof Error) throw answer;
    return answer instanceof Response ? answer : json({ data: answer });
  };
  return { fetch, asked, script };
}

export function json(body: unknown, status = 200, type = "application/json"): Response {
  return new Response(JSON.stringify(body), { status, headers: { "Content-Type": type } });
}

export function graphQLError(code: string, message = "Message of the API."): Response {
  return json({ data: null, errors: [{ message, extensions: { code } }] });
}

export function problem(status: number, reason: string): Response {
  const body = { type: "about:blank", title: "Access denied", status, detail: "Detail of the API.", reason };
  return json(body, status, "application/problem+json");
}
