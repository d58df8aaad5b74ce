/** A session belongs to one browser. On a server, the same module serves all visitors. */
import { EntranceError } from "./errors.js";

export const isBrowser = (): boolean => typeof document !== "undefined";

/** Throws on a server: there the session stays `starting`, and is no one's. */
export function refuseOnServer(): void {
  if (!isBrowser()) throw new EntranceError("not_signed_in", { details: "on a server" });
}
