/** Proves the person once, for a connection that stays open: a WebSocket has no headers of its own. */

import { keyOf } from "../account.js";
import { begunFor, personIn } from "../begun.js";
import { refuseOnServer } from "../browser.js";
import { refuseForeignOrigin } from "../config/origins.js";
import { EntranceError } from "../errors.js";
import type { SessionStore } from "../session.js";
import type { AuthorizedRequestInit } from "./call.js";
import { onceSeen } from "./onceSeen.js";

/** Who opened a connection, and how it was proved. */
export interface Proof {
  /** Null if the session cookie is the proof, or if no one is signed in. */
  readonly token: string | null;
  /** Key of the person. Null for no one. */
  readonly person: string | null;
}

export interface ProofOptions extends Pick<AuthorizedRequestInit, "authorization" | "interaction"> {
  /** The proof that the server refused: another one is needed. */
  readonly refused?: Proof | null;
  /** Whether the server refused it because Microsoft must be asked about the Django session again. */
  readonly isStale?: boolean;
  /** What the next proof must satisfy: the claims of a challenge (JSON). */
  readonly claims?: string | undefined;
  /** What the claims are for, in the words of the API. */
  readonly reason?: string | undefined;
}

/** Waits for a session that is starting. Rejects with an EntranceError, as `authorizedFetch` does. */
export async function prove(store: SessionStore, address: URL, options: ProofOptions = {}): Promise<Proof> {
  refuseOnServer();
  const { authorization, refused, isStale, claims, reason, interaction = store.interaction } = options;
  await store.opened();
  const { django } = store;
  if (address.origin !== location.origin) refuseForeignOrigin(address.href, (await store.config()).apiOrigins);
  if (store.own.account) return ofOwner(store);
  const isDjangos = django && address.origin === new URL(django.url).origin;
  if (isDjangos && refused) {
    // a session that was ended stays ended: only a stale one is renewed
    const isRenewed = claims !== undefined || isStale;
    await onceSeen(store, interaction, () => (isRenewed ? store.renew(claims, reason) : django.look()));
  }
  const person = personOf(store) ?? null;
  if (person === null && authorization !== "optional") throw new EntranceError("not_signed_in");
  if (person === null || isDjangos) return { token: null, person };
  const check = begunFor(store);
  const renewal = refused?.token ? { refused: refused.token, ...(claims && { claims, reason: reason ?? null }) } : {};
  const token = await onceSeen(store, interaction, () => store.token(renewal));
  check();
  return { token, person };
}

/** The own login puts its token into a header. */
async function ofOwner(store: SessionStore): Promise<Proof> {
  const headers = new Headers();
  await store.own.authorize(headers, begunFor(store));
  const [, token = null] = /^Bearer (.+)$/i.exec(headers.get("Authorization") ?? "") ?? [];
  return { token, person: personOf(store) ?? null };
}

/** Returns the key of the signed-in person, null for no one, and undefined while that is not known. */
export function personOf(store: SessionStore): string | null | undefined {
  const person = personIn(store.getSnapshot().session);
  return person && keyOf(person);
}
