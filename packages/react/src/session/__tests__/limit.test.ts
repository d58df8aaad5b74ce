import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { EntranceError, type EntranceErrorCode } from "../errors.js";
import { isRetryable, LIMIT_MS, within } from "../waiting/limit.js";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const forever = (): Promise<never> => new Promise<never>(() => {});
const limited = <T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> =>
  within(LIMIT_MS, work, "django_unreachable", "GET /session/");

test("an answer in time is passed on, and no timer is left", async () => {
  expect(await limited(async () => "answer")).toBe("answer");
  await vi.advanceTimersByTimeAsync(0);
  expect(vi.getTimerCount()).toBe(0);
});

test("without an answer the work is aborted and has its code, within ten seconds", async () => {
  let aborted: AbortSignal | null = null;
  const refused = expect(
    limited((signal) => {
      aborted = signal;
      return forever();
    }),
  ).rejects.toMatchObject({ code: "django_unreachable", details: "GET /session/: no answer within 8 s" });
  await vi.advanceTimersByTimeAsync(LIMIT_MS - 1);
  expect(aborted).toMatchObject({ aborted: false });
  await vi.advanceTimersByTimeAsync(1);
  await refused;
  expect(aborted).toMatchObject({ aborted: true });
  expect(LIMIT_MS).toBeLessThan(10_000);
});

test.each([
  [true, "django_unreachable"],
  [false, "offline"],
])("a failure keeps its cause, and its code knows whether the browser is online: %s", async (onLine, code) => {
  vi.spyOn(navigator, "onLine", "get").mockReturnValue(onLine);
  const cause = new TypeError("Failed to fetch");
  await expect(limited(() => Promise.reject(cause))).rejects.toMatchObject({ code, details: "GET /session/", cause });
});

test("a refusal of its own is passed on", async () => {
  const refusal = new EntranceError("account_exists");
  await expect(limited(() => Promise.reject(refusal))).rejects.toBe(refusal);
});

test.each([
  ["config_unreachable", true],
  ["django_unreachable", true],
  ["graph_unreachable", true],
  ["library_unreachable", true],
  ["microsoft_busy", true],
  ["microsoft_unreachable", true],
  ["network", true],
  ["offline", true],
  ["not_signed_in", false],
  ["interaction_required", false],
  ["config_invalid", false],
  ["storage_unavailable", false],
  ["unexpected", false],
] satisfies [EntranceErrorCode, boolean][])("%s may pass by itself: %s", (code, passes) => {
  expect(isRetryable(new EntranceError(code))).toBe(passes);
});

test.each([new TypeError("Failed to fetch"), { code: "network" }, null])("of other errors it says no: %o", (error) => {
  expect(isRetryable(error)).toBe(false);
});
