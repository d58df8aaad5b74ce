/** Errors of a caller's request and of a setting. */
import { EARLY_SENTENCES, EntranceError, isOffline } from "./errors.js";

/** Returns the error of a request of the caller's that got no answer. Its message differs if the browser is offline. */
export function networkError(details: string, cause?: unknown): EntranceError {
  return new EntranceError("network", { ...(isOffline() && { message: EARLY_SENTENCES.offline }), details, cause });
}

/** Returns the error of a setting. */
export function invalid(reason: string): EntranceError {
  return new EntranceError("config_invalid", {
    message: `The sign-in settings of this application are wrong: ${reason}.`,
  });
}
