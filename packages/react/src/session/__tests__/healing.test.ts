import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { EntranceError } from "../errors.js";
import { Healing, untilItWorks } from "../waiting/healing.js";

const PASSING = new EntranceError("config_unreachable");
let again: () => void;
let healing: Healing;

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(Math, "random").mockReturnValue(0);
  again = vi.fn();
  healing = new Healing(again);
});
afterEach(() => {
  healing.healed();
  vi.useRealTimers();
});

const hide = (hidden: boolean): void => {
  vi.spyOn(document, "hidden", "get").mockReturnValue(hidden);
  document.dispatchEvent(new Event("visibilitychange"));
};

test("the pauses grow from two seconds to one minute", async () => {
  const pauses = [];
  for (let tries = 1; tries <= 7; tries++) {
    healing.failed(PASSING);
    const before = Date.now();
    await vi.advanceTimersToNextTimerAsync();
    pauses.push((Date.now() - before) / 1_000);
    expect(again).toHaveBeenCalledTimes(tries);
  }
  expect(pauses).toEqual([2, 4, 8, 16, 32, 60, 60]);
});

test("chance shortens a pause by a quarter at most", async () => {
  vi.spyOn(Math, "random").mockReturnValue(1);
  healing.failed(PASSING);
  await vi.advanceTimersByTimeAsync(1_499);
  expect(again).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  expect(again).toHaveBeenCalledOnce();
});

test("what works again begins with a short pause the next time", async () => {
  for (let tries = 0; tries < 3; tries++) healing.failed(PASSING);
  healing.healed();
  expect(vi.getTimerCount()).toBe(0);
  healing.failed(PASSING);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(again).toHaveBeenCalledOnce();
});

test.each([
  ["the network is back", () => dispatchEvent(new Event("online"))],
  ["the page is shown", () => hide(false)],
])("when %s, it tries at once, and only once", async (_, happen) => {
  healing.failed(PASSING);
  happen();
  happen();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(again).toHaveBeenCalledOnce();
});

test("a hidden page waits until it is shown", async () => {
  healing.failed(PASSING);
  hide(true);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(again).not.toHaveBeenCalled();
  hide(false);
  expect(again).toHaveBeenCalledOnce();
});

test("an error that does not pass by itself is not tried again, and ends the waiting", async () => {
  healing.failed(PASSING);
  healing.failed(new EntranceError("config_invalid"));
  dispatchEvent(new Event("online"));
  await vi.advanceTimersByTimeAsync(60_000);
  expect(again).not.toHaveBeenCalled();
});

test("an attempt of the person ends the waiting", async () => {
  healing.failed(PASSING);
  healing.stop();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(again).not.toHaveBeenCalled();
});

test("work is done until it succeeds", async () => {
  const work = vi.fn(async () => "loaded").mockRejectedValueOnce(new TypeError("no chunk"));
  const loaded = untilItWorks(work, "library_unreachable");
  await vi.advanceTimersByTimeAsync(1_999);
  expect(work).toHaveBeenCalledOnce();
  await vi.advanceTimersByTimeAsync(1);
  expect([await loaded, work.mock.calls.length]).toEqual(["loaded", 2]);
});
