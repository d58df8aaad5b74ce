import { BrowserAuthError } from "@azure/msal-browser";
import { expect, test, vi } from "vitest";
import { answer, CONFIG, scriptedMsal } from "../../__tests__/scriptedMsal.js";
import { readConfig } from "../config/config.js";
import { EntranceError } from "../errors.js";
import { fromMsal } from "../microsoft/msal/msalErrors.js";
import { explainSilence, makeMsal, refusePartition, toMsalConfiguration } from "../microsoft/msal/msalInstance.js";
import { NetworkClient } from "../microsoft/msal/networkClient.js";
import * as partition from "../microsoft/msal/partition.js";

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
    system: {
      popupBridgeTimeout: 600_000,
      iframeBridgeTimeout: 7_000,
      redirectNavigationTimeout: 8_000,
      networkClient: expect.any(NetworkClient),
    },
  });
});

test("Microsoft's own clouds need no metadata", async () => {
  const config = await readConfig({ config: { ...CONFIG, authorityMetadata: null, knownAuthorities: [] } });
  expect(toMsalConfiguration(config).auth).not.toHaveProperty("authorityMetadata");
});

const SILENT = { scopes: [...CONFIG.scopes] };

test.each([
  ["can be reached", async () => {}, { errorCode: "interaction_required", name: "InteractionRequiredAuthError" }],
  [
    "cannot be reached",
    async () => Promise.reject(new EntranceError("microsoft_unreachable")),
    { errorCode: "microsoft_unreachable" },
  ],
])("a hidden frame without a response, while Microsoft %s", async (_, reach, expected) => {
  const msal = scriptedMsal();
  msal.onSilent = async () => Promise.reject(new BrowserAuthError("timed_out", "42"));
  msal.ssoSilent = msal.acquireTokenSilent;
  explainSilence(msal, reach);
  await expect(msal.acquireTokenSilent(SILENT)).rejects.toMatchObject(expected);
  await expect(msal.ssoSilent(SILENT)).rejects.toMatchObject(expected);
});

test("an answer and other errors are passed on, and Microsoft is not asked", async () => {
  const msal = scriptedMsal();
  const reach = vi.fn(async () => {});
  explainSilence(msal, reach);
  const refusal = new BrowserAuthError("post_request_failed", "42");
  msal.onSilent = async () => Promise.reject(refusal);
  await expect(msal.acquireTokenSilent(SILENT)).rejects.toBe(refusal);
  msal.onSilent = async () => answer("one");
  expect((await msal.acquireTokenSilent(SILENT)).accessToken).toBe("one");
  expect(reach).not.toHaveBeenCalled();
});

test.each([
  [true, { errorCode: "storage_partitioned" }, 0],
  [false, { errorCode: "popup_window_error" }, 1],
])("where the storage is partitioned (%s), no window opens", async (partitioned, expected, opened) => {
  vi.spyOn(partition, "isPartitioned").mockReturnValue(partitioned);
  const msal = scriptedMsal();
  refusePartition(msal);
  const request = { ...SILENT, popupWindowParent: window };
  await expect(msal.acquireTokenPopup(request)).rejects.toMatchObject(expected);
  expect(msal.popups).toHaveLength(opened);
});

test.each([
  ["does not answer", () => new Promise<never>(() => {})],
  ["answers 503", async () => new Response("", { status: 503 })],
])(
  "the real MSAL, whose authority's metadata %s, ends within ten seconds: microsoft_unreachable",
  async (_, respond) => {
    const source = {
      ...CONFIG,
      authority: "https://login.contoso.example/t",
      knownAuthorities: ["login.contoso.example"],
    };
    const msal = makeMsal(await readConfig({ config: { ...source, authorityMetadata: null } }));
    await msal.initialize();
    vi.useFakeTimers();
    vi.stubGlobal("fetch", respond);
    const refused = msal.ssoSilent({ ...SILENT, loginHint: "ada@contoso.example" }).catch(fromMsal);
    await vi.advanceTimersByTimeAsync(9_999);
    expect(await refused).toMatchObject({ code: "microsoft_unreachable" });
    vi.useRealTimers();
  },
);
