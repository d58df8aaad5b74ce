/** Loads what the session needs after the first paint: once, and as soon as the session starts. */
import { sentences } from "./errors.js";
import { loadPart } from "./waiting/loadPart.js";

export type Rest = typeof import("./rest.js");

let loaded: Rest | null = null;

/** Returns the rest if it is loaded. */
export const restNow = (): Rest | null => loaded;

/** Rejects with `library_unreachable`. */
export async function loadRest(): Promise<Rest> {
  if (loaded) return loaded;
  const rest = await loadPart(() => import("./rest.js"), "send");
  Object.assign(sentences, rest.SENTENCES);
  loaded = rest;
  return rest;
}
