/** Goes on with work that Microsoft refused until it has seen the person. */

import type { SessionStore } from "../session.js";
import { unlessAborted } from "../waiting/limit.js";
import type { InteractionMode } from "./call.js";

/** Does `work`, and with "click" does it again after the person has shown themselves to Microsoft. */
export async function onceSeen<T>(
  store: SessionStore,
  mode: InteractionMode | undefined,
  work: () => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  for (;;) {
    try {
      return await unlessAborted(work(), signal);
    } catch (error) {
      if (mode !== "click") throw error;
      await unlessAborted(store.seen(error), signal);
    }
  }
}
