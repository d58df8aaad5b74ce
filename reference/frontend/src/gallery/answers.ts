/** What a server would answer to the components. */
import type { OwnFetch } from "@django-entrance/react";
import { json, recordingFetch, signedIn } from "@django-entrance/react/testing";

const { tenantId, objectId } = signedIn().account;
const ACCOUNTS = [
  { id: 1, tenant_id: tenantId, object_id: objectId, connected_at: "2026-03-02T09:00:00Z" },
  {
    id: 2,
    tenant_id: tenantId,
    object_id: "0b0b0b0b-0000-4000-a000-000000000002",
    connected_at: "2026-05-20T09:00:00Z",
  },
];
const SESSIONS = [
  { id: "1", started_at: "2026-11-29T08:15:00Z", is_current: true },
  { id: "2", started_at: "2026-11-28T20:30:00Z", is_current: false },
];

/** Takes the place of `fetch`. */
export const answer = recordingFetch({
  "GET /entrance/account/": json({ accounts: ACCOUNTS, sessions: SESSIONS }),
  "POST /entrance/account/": json({ accounts: ACCOUNTS, sessions: SESSIONS.slice(0, 1) }),
  "POST /entrance/account/connect/": json({ user: "ada" }),
});

/** Answers of a person's own login to the request of a ticket. */
export const granted: OwnFetch = async () => Response.json({ ticket: "ticket" });
export const silent: OwnFetch = () => new Promise(() => {});
export const refused =
  (reason: string): OwnFetch =>
  async () =>
    Response.json({ type: `urn:django-entrance:${reason}`, title: reason, detail: "" }, { status: 409 });
