/** Stores the application's own token and notifies subscribers of changes. */

export type TokenState = {
  token: string | null;
  /** Who signed in to get the token. Only the API knows the full name. */
  person: { name: string; username: string } | null;
  /** Message for the sign-in page if the token was removed without a sign-out. */
  notice: string | null;
};

export type TokenStore = {
  current: () => TokenState;
  subscribe: (listener: () => void) => () => void;
  keep: (token: string, username: string) => void;
  forget: (notice?: string) => void;
};

type TokenStorage = Pick<Storage, "getItem" | "setItem" | "removeItem">;

const KEY = "logbook.token";

/** The browser may forbid storage. Then the token lives as long as the page. */
function attempt<T>(access: () => T): T | null {
  try {
    return access();
  } catch {
    return null;
  }
}

/** `storage` is a function because even reading `sessionStorage` may throw. */
export function createTokenStore(storage: () => TokenStorage): TokenStore {
  const listeners = new Set<() => void>();
  let state = attempt(() => read(storage().getItem(KEY))) ?? without(null);

  function change(next: TokenState) {
    state = next;
    for (const listener of listeners) listener();
  }

  return {
    current: () => state,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    keep(token, username) {
      attempt(() => storage().setItem(KEY, JSON.stringify({ token, username })));
      change(signedIn(token, username));
    },
    forget(notice) {
      attempt(() => storage().removeItem(KEY));
      change(without(notice ?? null));
    },
  };
}

function read(stored: string | null): TokenState | null {
  if (stored === null) return null;
  const { token, username } = JSON.parse(stored);
  return signedIn(token, username);
}

const signedIn = (token: string, username: string): TokenState => {
  return { token, person: { name: username, username }, notice: null };
};

const without = (notice: string | null): TokenState => ({ token: null, person: null, notice });

/** sessionStorage keeps the person signed in on a reload, but not after the tab is closed. */
export const tokens = createTokenStore(() => window.sessionStorage);
