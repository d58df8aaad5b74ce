/** Sends a GraphQL document to Logbook's API. Returns its data or throws an error of errors.ts. */
import { authorizedFetch } from "@django-entrance/react";
import { graphqlFetch } from "@django-entrance/react/graphql";
import type { TypedDocumentString } from "../graphql/generated/documents";
import { BadAnswer, type GraphQLCode, GraphQLFailure, Refused } from "./errors";

/** Common type of `fetch` and `authorizedFetch`. */
type Send = (address: string, init: RequestInit) => Promise<Response>;

type Request = <Result, Variables>(
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

/** Requests of the signed-in person, whichever login it was. */
export const request = createRequest(authorizedFetch);

/** Requests that may need a further proof of the person: Microsoft is asked for it, and the request is sent again. */
export const requestWithProof = createRequest(graphqlFetch());

/** Requests of no one: the password works while nothing of Microsoft can be reached. */
export const anonymousRequest = createRequest((address, init) => fetch(address, init));

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
