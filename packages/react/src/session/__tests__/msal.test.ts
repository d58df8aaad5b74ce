import { EventType } from "@azure/msal-browser";
import { expect, test, vi } from "vitest";
import { CONFIG, scriptedMsal } from "../../__tests__/scriptedMsal.js";
import { readConfig } from "../config.js";
import { createMsal, delayBroadcasts, toMsalConfiguration } from "../msal.js";

test("the configuration MSAL gets", async () => {
  const config = await readConfig({ config: CONFIG });
  expect(toMsalConfiguration(config)).toEqual({
    auth: {
      clientId: CONFIG.clientId,
      authority: CONFIG.authority,
      knownAuthorities: ["localhost:8400"],
      authorityMetadata: JSON.stringify(CONFIG.authorityMetadata),
      redirectUri: "http://localhost:8000/entrance/redirect/",
      postLogoutRedirectUri: "http://localhost:8000/",
      clientCapabilities: ["CP1"],
    },
    cache: { cacheLocation: "localStorage" },
    system: { popupBridgeTimeout: 600_000 },
  });
});

test("Microsoft's own clouds need no metadata", async () => {
  const config = await readConfig({ config: { ...CONFIG, authorityMetadata: null, knownAuthorities: [] } });
  expect(toMsalConfiguration(config).auth).not.toHaveProperty("authorityMetadata");
});

test("the real MSAL accepts it", async () => {
  const msal = await createMsal(await readConfig({ config: CONFIG }));
  await msal.initialize();
  expect(await msal.handleRedirectPromise()).toBeNull();
});

test("events to all tabs are delayed until their accounts can be read, other events are not", async () => {
  vi.useFakeTimers();
  const msal = scriptedMsal();
  delayBroadcasts(msal);
  const told: EventType[] = [];
  msal.addEventCallback(({ eventType }) => told.push(eventType));
  for (const eventType of [EventType.ACTIVE_ACCOUNT_CHANGED, EventType.POPUP_OPENED]) msal.emit(eventType);
  expect(told).toEqual([EventType.POPUP_OPENED]);
  await vi.advanceTimersByTimeAsync(300);
  expect(told).toEqual([EventType.POPUP_OPENED, EventType.ACTIVE_ACCOUNT_CHANGED]);
  vi.useRealTimers();
});
