import { afterEach, expect, test, vi } from "vitest";
import { answerChannel } from "../answerChannel.js";
import { awaitOrphan, beginInWindow, forget, leaveWindow, recall } from "../underWay.js";

const ATTEMPT = crypto.randomUUID();

const bridge = answerChannel(ATTEMPT);
let stop = (): void => {};
afterEach(() => stop());

/** Sends a message and waits until all messages so far have arrived. */
async function send(text: string): Promise<void> {
  const end = answerChannel(ATTEMPT);
  const heard = new Promise((resolve) => end.addEventListener("message", resolve));
  bridge.postMessage(text);
  await heard;
  end.close();
}

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

test("an orphaned window is noticed at its second announcement, and once", async () => {
  const onAnswer = vi.fn();
  stop = awaitOrphan(ATTEMPT, onAnswer);
  await send("answered");
  expect(onAnswer).not.toHaveBeenCalled();
  await send("answered");
  await send("answered");
  expect(onAnswer).toHaveBeenCalledOnce();
});

test("a window that another page acknowledged is not an orphan", async () => {
  const onAnswer = vi.fn();
  stop = awaitOrphan(ATTEMPT, onAnswer);
  await send("answered");
  await send("heard");
  expect(onAnswer).not.toHaveBeenCalled();
});

test("nothing is received after the waiting stopped", async () => {
  const onAnswer = vi.fn();
  awaitOrphan(ATTEMPT, onAnswer)();
  await send("answered");
  await send("answered");
  expect(onAnswer).not.toHaveBeenCalled();
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
