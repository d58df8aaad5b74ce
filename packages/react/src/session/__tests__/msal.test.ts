import { afterEach, expect, test, vi } from "vitest";
import { CONFIG } from "../../__tests__/scriptedMsal.js";
import { readConfig } from "../config/config.js";
import { makeMsal } from "../microsoft/msal/msalInstance.js";
import * as partition from "../microsoft/msal/partition.js";
import * as msalModule from "../msal.js";
import { loadMicrosoft } from "../msal.js";
import { SessionStore } from "../session.js";

afterEach(() => {
  vi.doUnmock("../microsoft/msalLibrary.js");
  vi.useRealTimers();
});

test("the real MSAL accepts the configuration", async () => {
  const msal = makeMsal(await readConfig({ config: CONFIG }));
  await msal.initialize();
  expect(await msal.handleRedirectPromise()).toBeNull();
});

test.each([
  ["localStorage", "is forbidden"],
  ["localStorage", "is missing"],
  ["sessionStorage", "is forbidden"],
  ["sessionStorage", "is missing"],
] as const)("a browser whose %s %s: storage_unavailable", async (name, how) => {
  const config = await readConfig({ config: CONFIG });
  vi.stubGlobal(name, null);
  const forbid = (): never => {
    throw new DOMException("denied", "SecurityError");
  };
  if (how === "is forbidden") Object.defineProperty(globalThis, name, { configurable: true, get: forbid });
  expect(() => makeMsal(config)).toThrow(expect.objectContaining({ code: "storage_unavailable" }));
});

test("a storage that is forbidden because another site shows the page: storage_partitioned", async () => {
  const config = await readConfig({ config: CONFIG });
  vi.spyOn(partition, "isPartitioned").mockReturnValue(true);
  vi.stubGlobal("localStorage", null);
  expect(() => makeMsal(config)).toThrow(expect.objectContaining({ code: "storage_partitioned" }));
});

test("a library that cannot be loaded is library_unreachable", async () => {
  vi.doMock("../microsoft/msalLibrary.js", () => {
    throw new TypeError("error loading dynamically imported module");
  });
  await expect(loadMicrosoft()).rejects.toMatchObject({ code: "library_unreachable" });
});

test("a library that does not come is given up within ten seconds", async () => {
  vi.doMock("../microsoft/msalLibrary.js", () => new Promise<never>(() => {}));
  vi.useFakeTimers();
  const refused = expect(loadMicrosoft()).rejects.toMatchObject({ code: "library_unreachable" });
  await vi.advanceTimersByTimeAsync(8_000);
  await refused;
});

test("MSAL does not wait for config.json", async () => {
  const load = vi.spyOn(msalModule, "loadMicrosoft");
  vi.stubGlobal("fetch", () => new Promise<never>(() => {}));
  void new SessionStore({ config: "/entrance/config.json" }).ready();
  expect(load).toHaveBeenCalledOnce();
});
