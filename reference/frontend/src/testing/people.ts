/** Viewers and entries for tests. */

import type { Entry } from "../log/useEntries";
import type { Viewer } from "../session/useViewer";

const person = (rights: Pick<Viewer, "canRead" | "canWrite" | "canManage">, roles: string[]): Viewer => ({
  username: "barbara",
  email: "barbara@contoso.example",
  fullName: "Barbara Liskov",
  signedInWith: "PASSWORD",
  roles,
  roleReasons: roles.map((role) => ({ role, source: "LOGBOOK", name: "" })),
  ...rights,
});

export const WITHOUT_ROLE = person({ canRead: false, canWrite: false, canManage: false }, []);
export const READER = person({ canRead: true, canWrite: false, canManage: false }, ["Reader"]);
export const WRITER = person({ canRead: true, canWrite: true, canManage: false }, ["Writer"]);
export const ADMIN = person({ canRead: true, canWrite: true, canManage: true }, ["Admin"]);

export function entry(change: Partial<Entry> = {}): Entry {
  return {
    id: "1",
    author: { username: "barbara", fullName: "Barbara Liskov" },
    createdAt: "2026-11-23T08:00:00Z",
    editedAt: null,
    text: "Certificate renewed.",
    tags: ["security"],
    canEdit: false,
    canDelete: false,
    ...change,
  };
}

export function page(entries: Entry[], endCursor: string | null = null) {
  return {
    entries: {
      edges: entries.map((node) => ({ node })),
      pageInfo: { hasNextPage: endCursor !== null, endCursor },
      totalCount: entries.length,
    },
  };
}
