import { afterEach, expect, test, vi } from "vitest";
import { answerChannel } from "../bridge/answerChannel.js";
import { awaitOrphan } from "../microsoft/windows/orphan.js";

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
