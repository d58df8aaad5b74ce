/** Decides whether a GraphQL request may be sent again after a refusal: nothing may be done twice. */
import type { GraphQLRefusal } from "./graphqlErrors.js";

const STRINGS_AND_COMMENTS = /"""[\s\S]*?"""|"(?:\\.|[^"\\\n])*"|#[^\n]*/g;
const ARGUMENTS = /\([^()]*\)/;
const INNER_SELECTION = /(\{[^{}]*)\{[^{}]*\}/;
const ONE_FIELD = /^\s*mutation\b[^{}]*\{\s*(?:\w+\s*:\s*)?\w+\s*(?:@\w+\s*)*\}\s*$/;

/**
 * Whether the request is a query, or a mutation of one field that was refused itself.
 *
 * A document that is not in the request, as with persisted queries and uploads, may be anything. So may one that
 * contains the word `mutation`, unless it is one operation.
 */
export function isRepeatable(body: unknown, refusals: readonly GraphQLRefusal[]): boolean {
  const query = documentOf(body);
  if (query === null) return false;
  const outline = query.replace(STRINGS_AND_COMMENTS, " ");
  if (!/\bmutation\b/.test(outline)) return true;
  const isRefusedItself = refusals.length > 0 && refusals.every(({ path }) => path.length === 1);
  return isRefusedItself && ONE_FIELD.test(collapse(collapse(outline, ARGUMENTS, " "), INNER_SELECTION, "$1 "));
}

function documentOf(body: unknown): string | null {
  if (typeof body !== "string") return null;
  try {
    const query = (JSON.parse(body) as { query?: unknown } | null)?.query;
    return typeof query === "string" ? query : null;
  } catch {
    return null;
  }
}

/** Replaces until nothing matches: from the innermost to the outermost. */
function collapse(text: string, pattern: RegExp, by: string): string {
  let before: string;
  let after = text;
  do {
    before = after;
    after = before.replace(pattern, by);
  } while (after !== before);
  return after;
}
