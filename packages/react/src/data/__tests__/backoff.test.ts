import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { backOff } from "../backoff.js";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Whether the wait is over after some milliseconds. */
async function isOver(wait: Promise<void>, ms: number): Promise<boolean> {
  let isDone = false;
  void wait.then(() => {
    isDone = true;
  });
  await vi.advanceTimersByTimeAsync(ms);
  return isDone;
}

test.each([
  [0, 500, 1_000],
  [1, 1_000, 2_000],
  [5, 16_000, 32_000],
  [6, 30_000, 60_000],
  [1_000, 30_000, 60_000],
])("retry %i waits between %i and %i ms", async (retries, least, most) => {
  const random = vi.spyOn(Math, "random").mockReturnValue(0);
  expect(await isOver(backOff(retries), least - 1)).toBe(false);
  expect(await isOver(backOff(retries), least)).toBe(true);
  random.mockReturnValue(0.999);
  expect(await isOver(backOff(retries), most * 0.99)).toBe(false);
  expect(await isOver(backOff(retries), most)).toBe(true);
});

test("it ends when the browser is online again", async () => {
  const wait = backOff(6);
  expect(await isOver(wait, 10)).toBe(false);
  dispatchEvent(new Event("online"));
  expect(await isOver(wait, 0)).toBe(true);
});
