/** MSAL itself, while another tab changes the cache that both share. */
import { EventType, type IPublicClientApplication, loadExternalTokens } from "@azure/msal-browser";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ADA_ACCOUNT, CONFIG, scriptedMsal } from "../../__tests__/scriptedMsal.js";
import { readConfig } from "../config/config.js";
import { removeOtherAccounts } from "../microsoft/msal/cachedAccounts.js";
import { makeMsal, startAlone, toMsalConfiguration } from "../microsoft/msal/msalInstance.js";
import { caughtUp, shareCache } from "../microsoft/msal/sharedCache.js";

const ACCOUNTS = "msal.3.account.keys";
const ACTIVE = `msal.${CONFIG.clientId}.active-account-filters`;
const ID_OF = { "Ada Lovelace": ADA_ACCOUNT.objectId, "Bob Kahn": "b0b00000-0000-4000-a000-000000000012" };
type Name = keyof typeof ID_OF;

/** No message arrives while it could still be of use. */
class SilentChannel {
  addEventListener(): void {}
  removeEventListener(): void {}
  postMessage(): void {}
  close(): void {}
}

beforeEach(() => {
  vi.stubGlobal("BroadcastChannel", SilentChannel);
});
afterEach(() => void vi.unstubAllGlobals()); // before the next file builds upon them

const encoded = (content: unknown): string => Buffer.from(JSON.stringify(content)).toString("base64url");

/** Another tab signs a person in: it encrypts account and tokens, and adds them to the shared lists. */
async function signInElsewhere(name: Name): Promise<void> {
  const config = toMsalConfiguration(await readConfig({ config: CONFIG }));
  const tid = ADA_ACCOUNT.tenantId;
  const claims = { oid: ID_OF[name], sub: name, tid, name, preferred_username: name, iss: CONFIG.authority };
  await loadExternalTokens(
    config,
    { scopes: [...CONFIG.scopes], authority: CONFIG.authority },
    {
      id_token: `${encoded({ alg: "none" })}.${encoded(claims)}.`,
      client_info: encoded({ uid: ID_OF[name], utid: tid }),
      access_token: `for ${name}`,
      refresh_token: `renews ${name}`,
      expires_in: 3600,
      scope: CONFIG.scopes[0],
    },
    {},
  );
  const homeAccountId = `${ID_OF[name]}.${tid}`;
  localStorage.setItem(ACTIVE, JSON.stringify({ homeAccountId, localAccountId: ID_OF[name], tenantId: tid }));
}

/** Tells this tab, as the browser does once the entries have arrived. */
function arrive(): void {
  for (const key of Object.keys(localStorage)) dispatchEvent(new StorageEvent("storage", { key }));
}

async function start(): Promise<IPublicClientApplication> {
  const msal = makeMsal(await readConfig({ config: CONFIG }));
  await msal.initialize();
  return msal;
}

const entries = (): string => JSON.stringify(Object.entries(localStorage).sort());
const shown = (msal: IPublicClientApplication): string | null => msal.getActiveAccount()?.name ?? null;

test("a look at what cannot be read yet removes nothing", async () => {
  const msal = await start();
  await signInElsewhere("Ada Lovelace");
  const before = entries();
  expect(msal.getAllAccounts()).toEqual([]);
  expect(shown(msal)).toBeNull();
  expect(entries()).toBe(before);
  await caughtUp(msal);
  expect(shown(msal)).toBe("Ada Lovelace");
  expect(msal.getAllAccounts()[0]?.idTokenClaims?.oid).toBe(ADA_ACCOUNT.objectId);
});

test("MSAL alone removes it, for all tabs", async () => {
  const { PublicClientApplication } = await import("@azure/msal-browser");
  const msal = new PublicClientApplication(toMsalConfiguration(await readConfig({ config: CONFIG })));
  await msal.initialize();
  await signInElsewhere("Ada Lovelace");
  expect(localStorage.getItem(ACCOUNTS)).toContain(ADA_ACCOUNT.objectId);
  msal.getAllAccounts();
  expect(localStorage.getItem(ACCOUNTS)).toBeNull();
});

test("who signed in elsewhere shows without any message of MSAL, and is told of", async () => {
  const msal = await start();
  const told: (string | null)[] = [];
  const id = msal.addEventCallback(() => told.push(shown(msal)), [EventType.ACTIVE_ACCOUNT_CHANGED]);
  await signInElsewhere("Ada Lovelace");
  arrive();
  await vi.waitUntil(() => told.length > 0);
  expect(told).toEqual(["Ada Lovelace"]);
  const { accessToken, fromCache } = await msal.acquireTokenSilent({ scopes: [...CONFIG.scopes] });
  expect([accessToken, fromCache]).toEqual(["for Ada Lovelace", true]);
  msal.removeEventCallback(id as string);
  arrive();
  await vi.waitUntil(() => msal.getAllAccounts().length > 0);
  expect(told).toHaveLength(1);
});

test("a look before the browser tells of it is told later, too", async () => {
  const msal = await start();
  const told: (string | null)[] = [];
  msal.addEventCallback(() => told.push(shown(msal)));
  await signInElsewhere("Ada Lovelace");
  shown(msal);
  await vi.waitUntil(() => told.length > 0);
  expect(told).toEqual(["Ada Lovelace"]);
});

test("the person of before stays until the next one can be read", async () => {
  await signInElsewhere("Ada Lovelace");
  const msal = await start();
  expect(shown(msal)).toBe("Ada Lovelace");
  await signInElsewhere("Bob Kahn");
  expect(shown(msal)).toBe("Ada Lovelace");
  await caughtUp(msal);
  expect(shown(msal)).toBe("Bob Kahn");
});

test("who signed out elsewhere is gone at once", async () => {
  await signInElsewhere("Ada Lovelace");
  const msal = await start();
  expect(shown(msal)).toBe("Ada Lovelace");
  localStorage.removeItem(ACTIVE);
  expect(shown(msal)).toBeNull();
});

test("an event to all tabs is told once its accounts can be read", async () => {
  const msal = await start();
  const told: [string, string | null][] = [];
  msal.addEventCallback(({ eventType }) => told.push([eventType, shown(msal)]));
  await signInElsewhere("Ada Lovelace");
  msal.setActiveAccount(JSON.parse(localStorage.getItem(ACTIVE) as string));
  expect(told).toEqual([]);
  await vi.waitUntil(() => told.length > 0);
  expect(told[0]).toEqual([EventType.ACTIVE_ACCOUNT_CHANGED, "Ada Lovelace"]);
});

test("a page that comes back by the Back button reads what it missed", async () => {
  const msal = await start();
  await signInElsewhere("Ada Lovelace");
  const told = new Promise((resolve) => msal.addEventCallback(() => resolve(shown(msal))));
  dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }));
  expect(await told).toBe("Ada Lovelace");
});

test("a tab that starts while another signs in leaves its lists alone", async () => {
  const msal = makeMsal(await readConfig({ config: CONFIG }));
  await Promise.all([msal.initialize(), signInElsewhere("Ada Lovelace")]);
  await caughtUp(msal);
  expect(shown(msal)).toBe("Ada Lovelace");
});

test("what an earlier browser session has encrypted is removed at the start, and read by no one", async () => {
  await signInElsewhere("Ada Lovelace");
  const msal = await start();
  // biome-ignore lint/suspicious/noDocumentCookie: the browser was closed, which ends its session cookies
  document.cookie = "msal.cache.encryption=; max-age=0; path=/";
  const later = await start();
  expect(localStorage.getItem(ACCOUNTS)).toBeNull();
  expect([shown(later), shown(msal)]).toEqual([null, null]);
});

test("what this tab cannot decrypt is asked for once, and kept", async () => {
  const msal = await start();
  // biome-ignore lint/suspicious/noDocumentCookie: as if another application had removed it
  document.cookie = "msal.cache.encryption=; max-age=0; path=/";
  await signInElsewhere("Ada Lovelace");
  const before = entries();
  await caughtUp(msal);
  expect(shown(msal)).toBeNull();
  expect(entries()).toBe(before);
});

test("a sign-out removes the accounts that other tabs have added, too", async () => {
  const msal = await start();
  await signInElsewhere("Ada Lovelace");
  await removeOtherAccounts(msal, null);
  expect(localStorage.getItem(ACCOUNTS)).toBeNull();
});

test("an MSAL of another form tells of events to all tabs late", async () => {
  vi.useFakeTimers();
  const msal = scriptedMsal();
  shareCache(msal);
  await caughtUp(msal);
  const told: EventType[] = [];
  msal.addEventCallback(({ eventType }) => told.push(eventType));
  for (const eventType of [EventType.ACTIVE_ACCOUNT_CHANGED, EventType.POPUP_OPENED]) msal.emit(eventType);
  expect(told).toEqual([EventType.POPUP_OPENED]);
  await vi.advanceTimersByTimeAsync(300);
  expect(told).toEqual([EventType.POPUP_OPENED, EventType.ACTIVE_ACCOUNT_CHANGED]);
  vi.useRealTimers();
});

test.each([
  ["is free", async (begin: () => Promise<void>) => begin(), 1],
  ["never gets free", async () => Promise.reject(new DOMException("waited", "TimeoutError")), 1],
])("a start whose lock %s", async (_, request, started) => {
  vi.stubGlobal("navigator", {
    locks: { request: (_name: string, _options: unknown, begin: never) => request(begin) },
  });
  const msal = scriptedMsal();
  const initialize = vi.fn(async () => {});
  msal.initialize = initialize;
  startAlone(msal);
  await msal.initialize();
  expect(initialize).toHaveBeenCalledTimes(started);
  const failure = new Error("no storage");
  initialize.mockRejectedValue(failure);
  await expect(msal.initialize()).rejects.toBe(failure);
});
