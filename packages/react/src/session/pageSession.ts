/** The one session of the page: made once per configuration, outside React's life cycle. */
import type { ConfigSource } from "./config.js";
import { EntranceError } from "./errors.js";
import { SessionStore } from "./session.js";

const opened = new Map<string, SessionStore>();
const mounted: SessionStore[] = [];
let current: SessionStore | null = null;

/** The session of a configuration: the page's session where none is mounted. Does nothing else until it is started. */
export function openSession(source: ConfigSource): SessionStore {
  const key = JSON.stringify([source.config, source.redirectUri, source.apiOrigins]);
  const store = opened.get(key) ?? new SessionStore(source);
  opened.set(key, store);
  setPageSession(store);
  return store;
}

/** Makes a session the page's while none is mounted. */
export function setPageSession(store: SessionStore | null): void {
  current = store;
}

/** Counts a provider that is on the page; returns what takes it off. */
export function mountSession(store: SessionStore): () => void {
  mounted.push(store);
  return () => {
    mounted.splice(mounted.indexOf(store), 1);
    current = store;
  };
}

/**
 * The page's session. Throws `provider_missing` before the first is opened, and `several_providers` where it cannot
 * be known which one is meant.
 */
export function pageSession(): SessionStore {
  const [store = current, ...others] = new Set(mounted);
  if (store === null) throw new EntranceError("provider_missing");
  if (others.length > 0) throw new EntranceError("several_providers");
  return store;
}
