/** The person's account at the site, as `entrance/account/` tells it: sessions and connected Microsoft accounts. */

import { EntranceError } from "../errors.js";
import { fetchThrough } from "../requests/authorizedFetch.js";
import { readRefusal } from "../requests/refusals.js";
import type { SessionStore } from "../session.js";

/** A Microsoft account that is connected to the person's account. */
export interface ConnectedAccount {
  readonly id: number;
  readonly tenantId: string;
  readonly objectId: string;
  /** ISO 8601. */
  readonly connectedAt: string;
}

/** A Django session that began through Microsoft. */
export interface OwnSession {
  readonly id: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly isCurrent: boolean;
}

/** What the person has at the site. */
export interface OwnAccount {
  readonly accounts: readonly ConnectedAccount[];
  /** The latest first. */
  readonly sessions: readonly OwnSession[];
  /** Whether the password is asked for before an account is connected or disconnected. */
  readonly isPasswordNeeded: boolean;
}

interface Answer {
  readonly accounts: readonly {
    readonly id: number;
    readonly tenant_id: string;
    readonly object_id: string;
    readonly connected_at: string;
  }[];
  readonly sessions: readonly { readonly id: string; readonly started_at: string; readonly is_current: boolean }[];
  readonly password_needed?: boolean;
}

/** Reads the account. Rejects with an EntranceError. */
export function readOwnAccount(store: SessionStore, signal?: AbortSignal): Promise<OwnAccount> {
  return ask(store, signal ? { signal } : {});
}

/** Ends a session, and returns what is left. Rejects with an EntranceError. */
export function endOwnSession(store: SessionStore, session: string, signal?: AbortSignal): Promise<OwnAccount> {
  return act(store, { action: "sign_out", session }, signal);
}

/** Disconnects a Microsoft account, and returns what is left. Rejects with an EntranceError. */
export function disconnectOwnAccount(store: SessionStore, account: number, password = ""): Promise<OwnAccount> {
  return act(store, { action: "disconnect", account: String(account), password });
}

function act(store: SessionStore, what: Readonly<Record<string, string>>, signal?: AbortSignal): Promise<OwnAccount> {
  return ask(store, { method: "POST", body: JSON.stringify(what), ...(signal && { signal }) });
}

async function ask(store: SessionStore, init: RequestInit): Promise<OwnAccount> {
  const headers = { Accept: "application/json", "Content-Type": "application/json" };
  const response = await fetchThrough(store, store.entranceUrl("account/"), { ...init, headers, interaction: "never" });
  if (!response.ok) throw (await readRefusal(response)) ?? unusable(response);
  const { accounts, sessions, password_needed }: Answer = await response.json().catch(() => {
    throw unusable(response);
  });
  return {
    accounts: accounts.map(({ id, tenant_id, object_id, connected_at }) => ({
      id,
      tenantId: tenant_id,
      objectId: object_id,
      connectedAt: connected_at,
    })),
    sessions: sessions.map(({ id, started_at, is_current }) => ({ id, startedAt: started_at, isCurrent: is_current })),
    isPasswordNeeded: password_needed === true,
  };
}

function unusable({ status }: Response): EntranceError {
  return new EntranceError("network", { details: `answer of account/: status ${status}` });
}
