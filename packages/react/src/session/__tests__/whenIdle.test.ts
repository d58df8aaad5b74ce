import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { whenIdle } from "../waiting/whenIdle.js";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test("work waits until the page is idle, for two seconds at most", () => {
  const work = vi.fn();
  const ask = vi.fn();
  vi.stubGlobal("requestIdleCallback", ask);
  whenIdle(work);
  expect(work).not.toHaveBeenCalled();
  expect(ask.mock.calls).toEqual([[work, { timeout: 2_000 }]]);
});

test("a browser that does not say when it is idle does the work soon", () => {
  const work = vi.fn();
  Reflect.deleteProperty(globalThis, "requestIdleCallback");
  whenIdle(work);
  vi.advanceTimersByTime(199);
  expect(work).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(work).toHaveBeenCalledOnce();
});
