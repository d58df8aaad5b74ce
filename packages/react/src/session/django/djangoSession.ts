/** The Django session of the browser, as `entrance/session/` tells it: who is signed in, in every tab. */
import type { Account } from "../account.js";
import { EntranceError } from "../errors.js";
import type { Door } from "../snapshot.js";
import { LIMIT_MS, within } from "../waiting/limit.js";
import { loadPart } from "../waiting/loadPart.js";
import { CSRF, kept } from "./csrf.js";

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

export class DjangoSession {
  readonly #address: () => string;
  readonly #onChange: () => void;
  #visitor: Visitor | null = null;
  #channel: BroadcastChannel | null = null;
  #requests = 0;
  #latest = 0;

  /** `onChange` is called after each answer, and when another tab signs in or out. */
  constructor(address: () => string, onChange: () => void) {
    this.#address = address;
    this.#onChange = onChange;
  }

  get url(): string {
    return this.#address();
  }

  /** The signed-in person. The ids are empty if an own login of the site started the session. */
  get account(): Account | null {
    const { user, entra } = this.#visitor ?? {};
    if (!user) return null;
    const username = entra?.username || user.username;
    return { name: user.name, username, tenantId: entra?.tenant_id ?? "", objectId: entra?.object_id ?? "" };
  }

  get via(): Door | undefined {
    return this.#visitor?.via ?? undefined;
  }

  get roles(): readonly string[] {
    return this.#visitor?.entra?.app_roles ?? [];
  }

  get groups(): readonly string[] {
    return this.#visitor?.groups ?? [];
  }

  /** Django's user name of the signed-in person, or null. */
  get username(): string | null {
    return this.#visitor?.user?.username ?? null;
  }

  /** Grows with each exchange, here and in other tabs. In seconds since 1970. */
  get recheckAt(): number {
    return this.#visitor?.entra?.recheck_at ?? 0;
  }

  get csrfToken(): string {
    return this.#visitor?.csrf_token ?? "";
  }

  /** Asks who is signed in. Other tabs learn of a change. */
  async look(): Promise<void> {
    this.#listen();
    const before = this.#visitor;
    const request = ++this.#requests;
    const found = await this.#ask("GET");
    if (request > this.#latest) this.#keep(found, before !== null && before.user?.username !== found.user?.username);
  }

  /** Starts a session with an access token. */
  async begin(token: string): Promise<void> {
    this.#keep(await this.#ask("POST", { Authorization: `Bearer ${token}` }), true);
  }

  /** Ends the session, if it is meant. Asks for a CSRF token first, since each sign-in of another tab changes it. */
  async end(isMeant: () => boolean = () => true): Promise<void> {
    await this.look();
    if (!isMeant()) return;
    await this.#send("DELETE", { [CSRF]: this.csrfToken });
    this.forget(true);
  }

  /** Shows no one as signed in. */
  forget(tell = false): void {
    this.#keep({ csrf_token: this.csrfToken }, tell);
  }

  #keep(visitor: Visitor, tell: boolean): void {
    this.#latest = ++this.#requests;
    this.#visitor = visitor;
    if (tell) this.#channel?.postMessage(visitor);
    this.#onChange();
  }

  /** Starts to listen to other tabs. A page of Django tells nothing, so the session is read when this tab is shown. */
  #listen(): void {
    if (this.#channel) return;
    this.#channel = new BroadcastChannel(`django-entrance ${this.url}`);
    this.#channel.onmessage = ({ data }) => isVisitor(data) && this.#keep(data, false);
    document.addEventListener("visibilitychange", () => document.hidden || this.look().catch(() => {}));
  }

  async #ask(method: string, headers?: Record<string, string>): Promise<Visitor> {
    const found = await this.#send(method, headers);
    if (isVisitor(found)) return found;
    throw new EntranceError("django_unreachable", { details: `${this.url} is not a session` });
  }

  #send(method: string, headers?: Record<string, string>): Promise<unknown> {
    const work = (signal: AbortSignal): Promise<unknown> => this.#fetch(method, headers, signal);
    return within(LIMIT_MS, work, "django_unreachable", `${method} ${this.url}`);
  }

  /** Returns the JSON of the answer, or null. */
  async #fetch(method: string, proof: Record<string, string> | undefined, signal: AbortSignal): Promise<unknown> {
    const headers = { Accept: "application/json", ...proof };
    const init: RequestInit = { method, headers, credentials: "include", signal, ...(proof && kept(this.url)) };
    const response = await fetch(this.url, init);
    const { ok, status } = response;
    if (ok) return response.json().catch(() => null);
    const refusal = await refusalIn(response);
    const isPassing = status >= 500 || status === 429;
    if (refusal && (!isPassing || refusal.code !== "unexpected")) throw refusal;
    const details = `${method} ${this.url}: ${status}`;
    const message = `This site did not say at ${this.url} whether you are signed in: the server answered 404.`;
    if (status === 404) throw new EntranceError("django_unreachable", { message, details });
    throw new EntranceError(isPassing ? "django_unreachable" : "unexpected", { details });
  }
}

/** Whether it is what the page uses of a session. Any page of this origin can send a message. */
function isVisitor(found: unknown): found is Visitor {
  const { user, entra, groups, csrf_token } = Object(found);
  const texts = [csrf_token, ...(user ? [user.username, user.name] : [])];
  if (entra) texts.push(entra.tenant_id, entra.object_id, entra.username);
  return csrf_token && [...texts, ...list(groups), ...list(entra?.app_roles)].every((text) => typeof text === "string");
}

function list(found: unknown): readonly unknown[] {
  return Array.isArray(found ?? []) ? ((found ?? []) as unknown[]) : [undefined];
}

/** A part that does not load is no reason to hide that Django is out of reach. */
async function refusalIn(response: Response): Promise<EntranceError | null> {
  const part = await loadPart(() => import("../requests/refusals.js"), "readRefusal").catch(() => null);
  return part?.readRefusal(response) ?? null;
}
