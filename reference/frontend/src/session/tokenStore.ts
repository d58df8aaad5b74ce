/** Keeps the application's own token after a password sign-in, and tells who asks when it comes or goes. */

export type TokenState = {
  token: string | null;
  /** Why the token is gone, when the person did not ask for it; a sentence for the sign-in page. */
  notice: string | null;
};

export type TokenStore = {
  current: () => TokenState;
  subscribe: (listener: () => void) => () => void;
  keep: (token: string) => void;
  forget: (notice?: string) => void;
};

type TokenStorage = Pick<Storage, "getItem" | "setItem" | "removeItem">;

const KEY = "logbook.token";

/** Storage may be forbidden by the browser; then the token lives as long as the page. */
function attempt<T>(access: () => T): T | null {
  try {
    return access();
  } catch {
    return null;
  }
}

/** `storage` is asked for late, because even naming `sessionStorage` throws where storage is forbidden. */
export function createTokenStore(storage: () => TokenStorage): TokenStore {
  const listeners = new Set<() => void>();
  let state: TokenState = { token: attempt(() => storage().getItem(KEY)), notice: null };

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
    keep(token) {
      attempt(() => storage().setItem(KEY, token));
      change({ token, notice: null });
    },
    forget(notice) {
      attempt(() => storage().removeItem(KEY));
      change({ token: null, notice: notice ?? null });
    },
  };
}

/** sessionStorage: a reload keeps the person signed in, closing the tab on a shared machine does not. */
export const tokens = createTokenStore(() => window.sessionStorage);
