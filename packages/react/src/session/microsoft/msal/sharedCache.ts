/**
 * Keeps MSAL's cache of this tab in step with the other tabs.
 *
 * MSAL reads a decrypted copy of the cache, one in each tab. Another tab's entry may be here later than MSAL's message
 * about it: then it never comes into the copy. And MSAL removes an account that its copy lacks from the list that all
 * tabs share, so a look at the cache signed the person out everywhere. Here the copy follows the browser's `storage`
 * events, and a look removes nothing that another tab has written.
 */
import type { AccountInfo, EventMessage, IPublicClientApplication } from "@azure/msal-browser";
import { ACCOUNT_EVENTS, ACTIVE_ACCOUNT_CHANGED } from "./msalEvents.js";

/** MSAL's `LocalStorage`: a decrypted copy of its entries, `memoryStorage`, beside the encrypted ones. */
interface Copy {
  readonly memoryStorage: { getItem(key: string): string | null };
  getItem(key: string): string | null;
  getBroadcastContext(key: string): string;
  updateCache(
    message: { readonly data: { readonly key: string; readonly context: string } },
    id: string,
  ): Promise<void>;
  importExistingCache(id: string): Promise<void>;
}

type Read = (key: string, id: string) => unknown;

const READS = ["getAccount", "getIdTokenCredential", "getAccessTokenCredential", "getRefreshTokenCredential"] as const;

/** MSAL's `BrowserCacheManager`, which is private. */
interface Cache extends Record<(typeof READS)[number], Read> {
  readonly browserStorage: Copy;
  getAccountKeys(): string[];
  getTokenKeys(): Record<"idToken" | "accessToken" | "refreshToken", string[]>;
}

type Listener = (message: EventMessage) => void;

/** Accounts and tokens, the list of accounts, and who is active. */
const SHARED: RegExp = /^msal\..*(\||\.account\.keys$|\.active-account-filters$)/;

const caches = new WeakMap<IPublicClientApplication, SharedCache>();

/** MSAL writes about ten entries in a row. */
const ROW_MS = 100;

/** Mends an instance that is not initialised. One whose cache has another form hears of other tabs late, at least. */
export function shareCache(msal: IPublicClientApplication): void {
  const cache = cacheOf(msal);
  if (cache) caches.set(msal, new SharedCache(msal, cache));
  else tellLater(msal, () => new Promise((resolve) => setTimeout(resolve, 3 * ROW_MS)));
}

/** MSAL's events to all tabs may come before the entries that they are about. */
function tellLater(msal: IPublicClientApplication, caughtUp: () => Promise<void>): void {
  const add = msal.addEventCallback.bind(msal);
  msal.addEventCallback = (callback, types) =>
    add((message) => {
      if (ACCOUNT_EVENTS.includes(message.eventType)) void caughtUp().then(() => callback(message));
      else callback(message);
    }, types);
}

/** Resolves once this tab can read what the other tabs have written. */
export async function caughtUp(msal: IPublicClientApplication): Promise<void> {
  await caches.get(msal)?.caughtUp();
}

function cacheOf(msal: unknown): Cache | null {
  const { controller } = msal as { readonly controller?: { readonly browserStorage?: Partial<Cache> } };
  const cache = controller?.browserStorage;
  const { memoryStorage, updateCache, importExistingCache } = (cache?.browserStorage ?? {}) as Partial<Copy>;
  return memoryStorage && updateCache && importExistingCache && READS.every((name) => cache?.[name])
    ? (cache as Cache)
    : null;
}

class SharedCache {
  readonly #cache: Cache;
  readonly #listeners = new Map<string | null, Listener>();
  /** Entries that this tab cannot decrypt. */
  readonly #unreadable = new Map<string, string | null>();
  readonly #changed = new Set<string>();
  #reading: Promise<void> | null = null;
  #hasMissed = false;
  #telling: ReturnType<typeof setTimeout> | null = null;

  constructor(msal: IPublicClientApplication, cache: Cache) {
    this.#cache = cache;
    this.#keepEntries();
    this.#importGently();
    this.#keepPerson(msal);
    tellLater(msal, () => this.caughtUp());
    this.#keepListeners(msal);
    addEventListener("storage", ({ key }) => (key === null || SHARED.test(key)) && this.#follow(key));
    addEventListener("pageshow", ({ persisted }) => persisted && this.#follow(null)); // the Back button
  }

  caughtUp(): Promise<void> {
    for (const key of this.#listed()) if (this.#isLate(key)) this.#changed.add(key);
    if (this.#changed.size === 0) return this.#reading ?? Promise.resolve();
    this.#reading ??= this.#readChanged().finally(() => {
      this.#reading = null;
    });
    return this.#reading;
  }

  /** Another tab has changed an entry, or, with null, an unknown number of them. */
  #follow(key: string | null): void {
    for (const each of key === null ? this.#listed() : [key]) if (each.includes("|")) this.#changed.add(each);
    this.#tellSoon();
  }

  async #readChanged(): Promise<void> {
    while (this.#changed.size > 0) {
      const keys = [...this.#changed];
      this.#changed.clear();
      await Promise.all(keys.map((key) => this.#read(key)));
    }
  }

  async #read(key: string): Promise<void> {
    const { browserStorage } = this.#cache;
    const encrypted = browserStorage.getItem(key);
    await browserStorage.updateCache({ data: { key, context: browserStorage.getBroadcastContext(key) } }, "");
    if (this.#isReadable(key)) this.#unreadable.delete(key);
    else this.#unreadable.set(key, encrypted);
  }

  #listed(): string[] {
    const { idToken, accessToken, refreshToken } = this.#cache.getTokenKeys();
    return [...this.#cache.getAccountKeys(), ...idToken, ...accessToken, ...refreshToken];
  }

  #isReadable(key: string): boolean {
    return this.#cache.browserStorage.memoryStorage.getItem(key) !== null;
  }

  /** Whether the entry is there, and not yet in the copy. */
  #isLate(key: string): boolean {
    const entry = this.#cache.browserStorage.getItem(key);
    return entry !== null && !this.#isReadable(key) && this.#unreadable.get(key) !== entry;
  }

  /** A look removes nothing: MSAL removes what it cannot read. */
  #keepEntries(): void {
    const cache = this.#cache;
    for (const name of READS) {
      const read = cache[name].bind(cache);
      cache[name] = (key, id) => {
        if (this.#isReadable(key)) return read(key, id);
        if (this.#isLate(key)) {
          this.#hasMissed = true;
          this.#tellSoon();
        }
        return null;
      };
    }
  }

  /** The start removes only what cannot be read: another tab may be writing. */
  #importGently(): void {
    const { browserStorage } = this.#cache;
    const importAndRemove = browserStorage.importExistingCache.bind(browserStorage);
    browserStorage.importExistingCache = async (id) => {
      await this.caughtUp();
      if (this.#unreadable.size > 0) await importAndRemove(id);
    };
  }

  /** Until the entry of the next person can be read, the person of before stays. */
  #keepPerson(msal: IPublicClientApplication): void {
    const look = msal.getActiveAccount.bind(msal);
    let person: AccountInfo | null = null;
    msal.getActiveAccount = () => {
      this.#hasMissed = false;
      const found = look();
      if (!this.#hasMissed) person = found;
      return found ?? person;
    };
  }

  /** Lets the instance tell of what arrives after MSAL's own event. */
  #keepListeners(msal: IPublicClientApplication): void {
    const add = msal.addEventCallback.bind(msal);
    const remove = msal.removeEventCallback.bind(msal);
    msal.addEventCallback = (callback, types) => {
      const id = add(callback, types);
      if (types?.includes(ACTIVE_ACCOUNT_CHANGED) ?? true) this.#listeners.set(id, callback);
      return id;
    };
    msal.removeEventCallback = (id) => {
      this.#listeners.delete(id);
      remove(id);
    };
  }

  #tellSoon(): void {
    this.#telling ??= setTimeout(() => {
      this.#telling = null;
      void this.caughtUp().then(() => this.#tell());
    }, ROW_MS);
  }

  #tell(): void {
    const message = { interactionType: null, payload: null, error: null, correlationId: "", timestamp: Date.now() };
    for (const callback of this.#listeners.values()) callback({ ...message, eventType: ACTIVE_ACCOUNT_CHANGED });
  }
}
