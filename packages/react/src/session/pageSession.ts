/** The page's session: one per configuration, outside React's life cycle. */
import type { ConfigSource } from "./config/config.js";
import { EntranceError } from "./errors.js";
import { onePerPage } from "./onePerPage.js";
import { SessionStore } from "./session.js";

interface Page {
  readonly opened: Map<string, SessionStore>;
  readonly mounted: SessionStore[];
  current: SessionStore | null;
}

const page: Page = onePerPage("sessions", () => ({ opened: new Map(), mounted: [], current: null }));
const { opened, mounted } = page;

/**
 * Returns the session of a configuration, not started yet. It is the page's session while none is mounted.
 *
 * The same configuration gives the same session, so a module that a hot reload runs again finds what it had made.
 */
export function openSession(source: ConfigSource): SessionStore {
  const key = JSON.stringify([
    source.config,
    source.redirectUri,
    source.apiOrigins,
    source.session,
    source.interaction,
  ]);
  const store = opened.get(key) ?? new SessionStore(source);
  opened.set(key, store);
  setPageSession(store);
  return store;
}

/** Sets the page's session for as long as none is mounted. */
export function setPageSession(store: SessionStore | null): void {
  page.current = store;
}

/** Registers a mounted provider. Returns a function that removes it. */
export function mountSession(store: SessionStore): () => void {
  mounted.push(store);
  return () => {
    mounted.splice(mounted.indexOf(store), 1);
    page.current = store;
  };
}

/**
 * Returns the page's session. Throws `provider_missing` if there is none, and `several_providers` if there is more than
 * one.
 */
export function pageSession(): SessionStore {
  const [store = page.current, ...others] = new Set(mounted);
  if (store === null) throw new EntranceError("provider_missing");
  if (others.length > 0) throw new EntranceError("several_providers");
  return store;
}
