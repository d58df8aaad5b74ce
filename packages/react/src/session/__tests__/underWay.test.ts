import { expect, test, vi } from "vitest";
import { beginInWindow, leaveWindow } from "../stored/attempt.js";
import { forget, recall } from "../stored/underWay.js";

const ATTEMPT = crypto.randomUUID();

test("without a sign-in there is nothing to recall", () => {
  expect(recall()).toBeNull();
});

test("a window's attempt is recalled until it is forgotten", () => {
  beginInWindow(ATTEMPT);
  expect([recall(), recall()]).toEqual([ATTEMPT, ATTEMPT]);
  forget();
  expect(recall()).toBeNull();
});

test("an attempt that left its window is recalled as one without a window", () => {
  beginInWindow(ATTEMPT);
  leaveWindow(ATTEMPT);
  expect(recall()).toBe("");
});

test("the window of another attempt, or of no sign-in, leaves everything as it is", () => {
  leaveWindow(ATTEMPT);
  expect(recall()).toBeNull();
  beginInWindow("attempt-2");
  leaveWindow(ATTEMPT);
  expect(recall()).toBe("attempt-2");
});

test("a forbidden storage has no attempt, and nothing to forget", () => {
  vi.stubGlobal("sessionStorage", {
    getItem: () => {
      throw new DOMException("denied", "SecurityError");
    },
    removeItem: () => {
      throw new DOMException("denied", "SecurityError");
    },
  });
  forget();
  leaveWindow(ATTEMPT);
  expect(recall()).toBeNull();
});
