/** Sends one GraphQL document to Logbook's API and gives back its data, or throws one of errors.ts. */
import type { TypedDocumentString } from "../graphql/generated/documents";
import { BadAnswer, type GraphQLCode, GraphQLFailure, Refused, Unreachable } from "./errors";

/** What `fetch` and `authorizedFetch` have in common, as far as it is needed here. */
export type Send = (address: string, init: RequestInit) => Promise<Response>;

export type Request = <Result, Variables>(
  document: TypedDocumentString<Result, Variables>,
  variables: Variables,
  signal?: AbortSignal,
) => Promise<Result>;

type Answer<Result> = {
  data?: Result | null;
  errors?: { message: string; extensions?: { code?: GraphQLCode } }[];
};

const ADDRESS = "/graphql/";

export function createRequest(send: Send): Request {
  return async (document, variables, signal) => {
    const response = await send(ADDRESS, {
      method: "POST",
      headers: { Accept: "application/json", "Content-Type": "application/json" },
      body: JSON.stringify({ query: document.toString(), variables }),
      signal: signal ?? null,
    });
    return readData(await readAnswer(response));
  };
}

/** Adds the application's own token; `onRefused` hears that the API accepts it no longer. */
export function withToken(send: Send, token: string, onRefused: () => void): Send {
  return async (address, init) => {
    const headers = { ...init.headers, Authorization: `Bearer ${token}` };
    const response = await send(address, { ...init, headers });
    if (response.status === 401) onRefused();
    return response;
  };
}

/** `fetch`, except that a failed connection is told apart from a request given up on purpose. */
export const plainFetch: Send = async (address, init) => {
  try {
    return await fetch(address, init);
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new Unreachable("Logbook cannot be reached.", { cause: error });
  }
};

async function readAnswer<Result>(response: Response): Promise<Answer<Result>> {
  const type = response.headers.get("Content-Type") ?? "";
  if (type.startsWith("application/problem+json")) throw new Refused(await response.json());
  if (!/json/.test(type)) throw new BadAnswer(`Logbook answered with status ${response.status}.`);
  return response.json();
}

function readData<Result>({ data, errors }: Answer<Result>): Result {
  const [error] = errors ?? [];
  if (error) throw new GraphQLFailure(error.extensions?.code ?? "UNKNOWN", error.message);
  if (!data) throw new BadAnswer("Logbook's answer was empty.");
  return data;
}
