/** The Django session of the browser, as `entrance/session/` tells it: who is signed in, in every tab. */
import type { Account } from "../account.js";
import { EntranceError } from "../errors.js";
import type { Door } from "../snapshot.js";
import { LIMIT_MS, within } from "../waiting/limit.js";
import { CSRF, kept } from "./csrf.js";
import { isVisitor, readAnswer, type Visitor } from "./visitor.js";

export class DjangoSession {
  readonly url: string;
  readonly #onChange: () => void;
  #visitor: Visitor | null = null;
  #channel: BroadcastChannel | null = null;
  #requests = 0;
  #latest = 0;

  /** `onChange` is called after each answer, and when another tab signs in or out. */
  constructor(url: string, onChange: () => void) {
    this.url = url;
    this.#onChange = onChange;
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

  /** Asks who is signed in, or reads what was asked before. Other tabs learn of a change. */
  async look(early?: Promise<Response>): Promise<void> {
    this.#listen();
    const before = this.#visitor;
    const request = ++this.#requests;
    const found = await this.#ask("GET", {}, early);
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
    await this.#answer("DELETE", { [CSRF]: this.csrfToken });
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

  async #ask(method: string, proof: Record<string, string>, early?: Promise<Response>): Promise<Visitor> {
    const found = await this.#answer(method, proof, early);
    if (isVisitor(found)) return found;
    throw new EntranceError("django_unreachable", { details: `${this.url} is not a session` });
  }

  /** Returns the JSON of the answer, or null. */
  #answer(method: string, proof: Record<string, string>, early?: Promise<Response>): Promise<unknown> {
    const asked = `${method} ${this.url}`;
    const headers = { Accept: "application/json", ...proof };
    const isProved = Object.keys(proof).length > 0;
    const work = async (signal: AbortSignal): Promise<unknown> => {
      const init: RequestInit = { method, headers, credentials: "include", signal, ...(isProved && kept(this.url)) };
      return readAnswer(await (early ?? fetch(this.url, init)), asked);
    };
    return within(LIMIT_MS, work, "django_unreachable", asked);
  }
}
