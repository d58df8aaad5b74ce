/** Sends a GraphQL document to Logbook's API. Returns its data or throws an error of errors.ts. */
import type { TypedDocumentString } from "../graphql/generated/documents";
import { BadAnswer, type GraphQLCode, GraphQLFailure, Refused, Unreachable } from "./errors";

/** Common type of `fetch` and `authorizedFetch`. */
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

/** Adds the application's own token. Calls `onRefused` if the API refuses it. */
export function withToken(send: Send, token: string, onRefused: () => void): Send {
  return async (address, init) => {
    const headers = { ...init.headers, Authorization: `Bearer ${token}` };
    const response = await send(address, { ...init, headers });
    if (response.status === 401) onRefused();
    return response;
  };
}

/** `fetch` that throws Unreachable if the connection fails, but not if the request was aborted. */
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
  if (!data) throw new BadAnswer("Logbook's response was empty.");
  return data;
}
