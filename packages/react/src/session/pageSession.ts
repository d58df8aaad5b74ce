/** The one session of the page: made once per configuration, outside React's life cycle. */
import type { ConfigSource } from "./config.js";
import { EntranceError } from "./errors.js";
import { SessionStore } from "./session.js";

const opened = new Map<string, SessionStore>();
let current: SessionStore | null = null;

/** The session of a configuration, which becomes the page's session. Does nothing else until it is started. */
export function openSession(source: ConfigSource): SessionStore {
  const key = JSON.stringify([source.config, source.redirectUri, source.apiOrigins]);
  const store = opened.get(key) ?? new SessionStore(source);
  opened.set(key, store);
  setPageSession(store);
  return store;
}

/** Makes a session the page's. */
export function setPageSession(store: SessionStore | null): void {
  current = store;
}

/** The page's session. Throws `provider_missing` before the first is opened. */
export function pageSession(): SessionStore {
  if (current === null) throw new EntranceError("provider_missing");
  return current;
}
