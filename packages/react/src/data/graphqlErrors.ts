/** Reads the refusals of django-entrance in GraphQL answers, which have status 200. */
import { EntranceError } from "../session/errors.js";
import { toRefusal } from "../session/requests/refusals.js";

/** What this package reads of an error in a GraphQL answer (GraphQL specification, section 7.1.2). */
export interface GraphQLRefusal {
  readonly message: string;
  readonly path: readonly unknown[];
  readonly reason: string;
  /** Whether the caller is not signed in, or not well enough. */
  readonly isUnauthenticated: boolean;
  /** Claims challenge: JSON in base64, as in `WWW-Authenticate`. */
  readonly claims: string | null;
}

type Members = Readonly<Record<string, unknown>>;

/**
 * Returns the refusal in the errors of a GraphQL answer as an EntranceError, or null if they contain none.
 *
 * Takes the list of errors, the answer, or the error of Apollo Client, urql or graphql-request.
 */
export function readGraphQLRefusal(found: unknown): EntranceError | null {
  if (found instanceof EntranceError) return found;
  const [first] = refusalsIn(found);
  if (first) return toRefusal(first.reason, first.message);
  const { networkError } = membersOf(found);
  return networkError instanceof EntranceError ? networkError : null;
}

/** Returns the refusals of django-entrance among GraphQL errors. */
export function refusalsIn(found: unknown): readonly GraphQLRefusal[] {
  return errorsIn(found).flatMap((error) => {
    const { message, path, extensions } = membersOf(error);
    const { code, reason, claims } = membersOf(extensions);
    if (typeof reason !== "string" || (code !== "UNAUTHENTICATED" && code !== "FORBIDDEN")) return [];
    return {
      message: String(message),
      path: Array.isArray(path) ? path : [],
      reason,
      isUnauthenticated: code === "UNAUTHENTICATED",
      claims: typeof claims === "string" ? claims : null,
    };
  });
}

function errorsIn(found: unknown): readonly unknown[] {
  if (Array.isArray(found)) return found;
  const { errors, graphQLErrors, response } = membersOf(found);
  const list = errors ?? graphQLErrors ?? membersOf(response)["errors"];
  return Array.isArray(list) ? list : [];
}

function membersOf(found: unknown): Members {
  return typeof found === "object" && found !== null ? (found as Members) : {};
}
