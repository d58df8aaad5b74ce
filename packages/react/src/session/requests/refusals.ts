/** Reads the refusals of django-entrance: problem documents (RFC 9457). */
import { EntranceError, type EntranceErrorCode } from "../errors.js";

const TYPE = "urn:django-entrance:";

/** Refusals that have a sentence of their own. A reason of the server is a code here, too. */
const CODES: readonly EntranceErrorCode[] = [
  "account_exists",
  "already_connected",
  "app_role_missing",
  "graph_unreachable",
  "last_way_in",
  "not_signed_in",
  "overage_unresolved",
  "password_needed",
  "scope_missing",
  "ticket_refused",
];

interface Problem {
  readonly reason: string;
  readonly title: string;
  readonly detail: string;
  /** The project's sentence that says what a further proof is for. */
  readonly because: string;
}

/**
 * Returns the refusal of a response as an error, or null if it is not a refusal of django-entrance.
 *
 * A reason without a code of its own is `unexpected`; the message is then the server's. The response can still be read.
 */
export async function readRefusal(response: Response): Promise<EntranceError | null> {
  const problem = response.ok ? null : await readProblem(response.clone());
  if (problem === null) return null;
  return toRefusal(problem.reason, problem.title, sentencesOf(problem));
}

/** Returns the error of a reason. `message` is shown if the reason has no code of its own. */
export function toRefusal(reason: string, title: string, message: string = title): EntranceError {
  const code = CODES.find((each) => each === reason);
  return code
    ? new EntranceError(code, { details: title })
    : new EntranceError("unexpected", { message, details: reason });
}

function sentencesOf({ title, detail, because }: Problem): string {
  return because || (detail ? `${title}. ${detail}` : title);
}

async function readProblem(response: Response): Promise<Problem | null> {
  const found: unknown = await response.json().catch(() => null);
  if (typeof found !== "object" || found === null) return null;
  const { type, title, detail, because = "" } = found as Readonly<Record<string, unknown>>;
  if (typeof type !== "string" || !type.startsWith(TYPE)) return null;
  return { reason: type.slice(TYPE.length), title: String(title), detail: String(detail), because: String(because) };
}
