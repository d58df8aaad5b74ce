import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { CONFIG } from "../../__tests__/scriptedMsal.js";
import { type EntranceConfig, readConfig } from "../config/config.js";
import { mustReachMicrosoft } from "../microsoft/msal/reach.js";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const ask = async (change: Partial<EntranceConfig> = {}): Promise<void> =>
  mustReachMicrosoft(await readConfig({ config: { ...CONFIG, ...change } }));

test.each([
  [
    "of Microsoft's own authority",
    { authority: "https://login.microsoftonline.com/t", authorityMetadata: null },
    "https://login.microsoftonline.com/t/v2.0/.well-known/openid-configuration",
  ],
  [
    "beside the token endpoint",
    {
      authorityMetadata: {
        authorization_endpoint: "http://localhost:8400/t/oauth2/v2.0/authorize",
        token_endpoint: "http://localhost:8400/t/oauth2/v2.0/token",
      },
    },
    "http://localhost:8400/t/v2.0/.well-known/openid-configuration",
  ],
])("it asks for the discovery document %s, past the cache", async (_, change, url) => {
  const fetch = vi.fn(async () => new Response("{}"));
  vi.stubGlobal("fetch", fetch);
  await ask(change);
  expect(fetch.mock.calls).toEqual([[url, { cache: "no-store", signal: expect.any(AbortSignal) }]]);
});

test.each([
  ["an answer of 503", true, async () => new Response("", { status: 503 }), "microsoft_unreachable"],
  ["no connection", true, async () => Promise.reject(new TypeError("Failed to fetch")), "microsoft_unreachable"],
  ["no connection, offline", false, async () => Promise.reject(new TypeError("Failed to fetch")), "offline"],
])("%s: refused", async (_, onLine, respond, code) => {
  vi.spyOn(navigator, "onLine", "get").mockReturnValue(onLine);
  vi.stubGlobal("fetch", respond);
  await expect(ask()).rejects.toMatchObject({ code });
});

test("an answer that does not come is refused after two seconds", async () => {
  vi.stubGlobal("fetch", () => new Promise<never>(() => {}));
  const refused = expect(ask()).rejects.toMatchObject({ code: "microsoft_unreachable" });
  await vi.advanceTimersByTimeAsync(2_000);
  await refused;
});
