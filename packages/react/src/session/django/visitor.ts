/** What `entrance/session/` answers: who is signed in, or why it does not say. */
import { EntranceError } from "../errors.js";
import { readRefusal } from "../requests/refusals.js";
import type { Door } from "../snapshot.js";

/** Content of `GET entrance/session/`, as far as the page uses it. */
export interface Visitor {
  readonly user?: { readonly username: string; readonly name: string } | null;
  readonly via?: Door | null;
  readonly entra?: {
    readonly tenant_id: string;
    readonly object_id: string;
    readonly username: string;
    readonly app_roles?: readonly string[];
    readonly recheck_at?: number | null;
  } | null;
  /** Names of the Django groups that ACCESS gave. */
  readonly groups?: readonly string[];
  readonly csrf_token: string;
}

/** Returns the JSON of an answer, or null. `asked` is method and URL. Rejects with the EntranceError of a refusal. */
export async function readAnswer(response: Response, asked: string): Promise<unknown> {
  if (response.ok) return response.json().catch(() => null);
  throw await refusalOf(response, asked);
}

async function refusalOf(response: Response, asked: string): Promise<EntranceError> {
  const { status } = response;
  const refusal = await readRefusal(response);
  const isPassing = status >= 500 || status === 429;
  if (refusal && (!isPassing || refusal.code !== "unexpected")) return refusal;
  const details = `${asked}: ${status}`;
  const message = `This site did not say at ${asked.split(" ").at(-1)} whether you are signed in: the server answered 404.`;
  if (status === 404) return new EntranceError("django_unreachable", { message, details });
  return new EntranceError(isPassing ? "django_unreachable" : "unexpected", { details });
}

/** Whether it is what the page uses of a session. Any page of this origin can send a message. */
export function isVisitor(found: unknown): found is Visitor {
  const { user, entra, groups, csrf_token } = Object(found);
  const texts = [csrf_token, ...(user ? [user.username, user.name] : [])];
  if (entra) texts.push(entra.tenant_id, entra.object_id, entra.username);
  return csrf_token && [...texts, ...list(groups), ...list(entra?.app_roles)].every((text) => typeof text === "string");
}

function list(found: unknown): readonly unknown[] {
  return Array.isArray(found ?? []) ? ((found ?? []) as unknown[]) : [undefined];
}
