import { afterEach, expect, test, vi } from "vitest";
import { CONFIG } from "../../__tests__/scriptedMsal.js";
import { readConfig } from "../config.js";
import { createMsal } from "../msal.js";

afterEach(() => {
  vi.doUnmock("../msalLibrary.js");
  vi.useRealTimers();
});

test("the real MSAL accepts the configuration", async () => {
  const msal = await createMsal(await readConfig({ config: CONFIG }));
  await msal.initialize();
  expect(await msal.handleRedirectPromise()).toBeNull();
});

test("a library that cannot be loaded is library_unreachable", async () => {
  vi.doMock("../msalLibrary.js", () => {
    throw new TypeError("error loading dynamically imported module");
  });
  await expect(createMsal(await readConfig({ config: CONFIG }))).rejects.toMatchObject({ code: "library_unreachable" });
});

test("a library that does not come is given up within ten seconds", async () => {
  vi.doMock("../msalLibrary.js", () => new Promise<never>(() => {}));
  const config = await readConfig({ config: CONFIG });
  vi.useFakeTimers();
  const refused = expect(createMsal(config)).rejects.toMatchObject({ code: "library_unreachable" });
  await vi.advanceTimersByTimeAsync(8_000);
  await refused;
});
