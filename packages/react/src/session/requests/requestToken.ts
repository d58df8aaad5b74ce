/** Asks for an access token of the signed-in person: the page's own, or one beside the Django session. */
import { begunFor } from "../begun.js";
import { EntranceError } from "../errors.js";
import type { SessionStore } from "../session.js";
import { unlessAborted } from "../waiting/limit.js";
import type { AccessTokenOptions } from "./getAccessToken.js";
import { onceSeen } from "./onceSeen.js";
import { isKnown } from "./send.js";

export async function requestToken(store: SessionStore, options: AccessTokenOptions): Promise<string> {
  const { scopes, interaction = store.interaction, signal } = options;
  await unlessAborted(isKnown(store), signal);
  const { django } = store;
  const person = django?.account;
  if (store.own.account || (django && !person?.objectId)) throw new EntranceError("not_signed_in"); // no one, or an own login
  const check = begunFor(store);
  const work = person
    ? async (): Promise<string> => (await store.ready()).tokenBesideDjango(person, scopes)
    : (): Promise<string> => store.token({ scopes });
  const token = await onceSeen(store, interaction, work, signal);
  check();
  return token;
}
