/** `authorizedFetch` for GraphQL clients: a refusal in an answer of status 200 counts as the 401 that it means. */
import { authorizedFetch } from "../session/requests/authorizedFetch.js";
import type { AuthorizedRequestInit } from "../session/requests/call.js";
import { readRefusal } from "../session/requests/refusals.js";
import type { EntranceSession } from "../session/storeOf.js";
import { type GraphQLRefusal, readGraphQLRefusal, refusalsIn } from "./graphqlErrors.js";
import { isRepeatable } from "./repeatable.js";

/** Options of all links, exchanges and connections. */
export interface DataOptions extends Pick<AuthorizedRequestInit, "authorization" | "interaction"> {
  /** A session made by `createSession`. Default: the page's session at the time of the request. */
  readonly session?: Pick<EntranceSession, "fetch"> | undefined;
}

const JSON_ANSWER = /^application\/(graphql-response\+)?json\b/i;

/**
 * Returns a `fetch` for a GraphQL client.
 *
 * Rejects with an EntranceError if the API refuses the request as a whole. A refusal beside data stays in the answer;
 * `readGraphQLRefusal` reads it.
 */
export function graphqlFetch({ session, ...given }: DataOptions = {}): typeof fetch {
  return async (input, init) => {
    const send = session ? session.fetch.bind(session) : authorizedFetch;
    const answers = new Map<Response, Response>();
    const translate = async (answer: Response): Promise<Response> => {
      const refusals = refusalsIn(await readAnswer(answer));
      const isSafe = init?.method === "GET" || isRepeatable(init?.body, refusals);
      const meant = isSafe ? meaning(answer, refusals) : answer;
      return answers.set(meant, answer) && meant;
    };
    const last = await send(input, { ...given, ...init, translate });
    return unlessRefused(answers.get(last) ?? last);
  };
}

/** Returns the 401 that an answer with refusals stands for, or the answer itself. */
function meaning(answer: Response, refusals: readonly GraphQLRefusal[]): Response {
  const challenge = refusals.find(({ claims }) => claims !== null);
  const refusal = challenge ?? refusals.find(({ isUnauthenticated }) => isUnauthenticated);
  if (!refusal) return answer;
  const parameters = challenge ? ` error="insufficient_claims", claims="${challenge.claims}"` : "";
  const problem = { type: `urn:django-entrance:${refusal.reason}`, title: refusal.message, detail: "" };
  const headers = { "WWW-Authenticate": `Bearer${parameters}` };
  const meant = new Response(JSON.stringify(problem), { status: 401, headers });
  return Object.defineProperty(meant, "url", { value: answer.url }); // a redirect to another origin stays visible
}

async function unlessRefused(answer: Response): Promise<Response> {
  const refusal = answer.ok ? readWithoutData(await readAnswer(answer)) : await readRefusal(answer);
  if (refusal) throw refusal;
  return answer;
}

function readWithoutData(found: Answer | null): ReturnType<typeof readGraphQLRefusal> {
  const hasData = Object.values(found?.data ?? {}).some((each) => each !== null);
  return hasData ? null : readGraphQLRefusal(found);
}

interface Answer {
  readonly data?: object | null;
  readonly errors?: unknown;
}

/** Returns a GraphQL answer with errors, or null. The response can still be read. */
async function readAnswer(response: Response): Promise<Answer | null> {
  if (!response.ok || !JSON_ANSWER.test(response.headers.get("Content-Type") ?? "")) return null;
  const text = await response.clone().text();
  if (!text.includes('"errors"')) return null;
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
