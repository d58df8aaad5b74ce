/** A clean page for every test. */
import { cleanup } from "@testing-library/react";
import { afterEach, beforeEach } from "vitest";
import { setPageSession } from "../session/pageSession.js";

const channels = new Set<BroadcastChannel>();

/** Node hands messages over between the workers, also to a test that is over: each test closes what it opened. */
class ChannelOfATest extends BroadcastChannel {
  constructor(name: string) {
    super(name);
    channels.add(this);
  }
}

const idle = new Set<number>();

/** A page of a test is idle at once, and no longer after its end. */
function idleAtOnce(work: IdleRequestCallback): number {
  idle.add(setTimeout(work));
  return 0;
}

beforeEach(() => {
  globalThis.BroadcastChannel = ChannelOfATest;
  globalThis.requestIdleCallback = idleAtOnce;

  localStorage.clear();
  sessionStorage.clear();
  history.replaceState(null, "", "/");
});

afterEach(() => {
  cleanup();
  for (const channel of channels) channel.close();
  channels.clear();
  for (const each of idle) clearTimeout(each);
  idle.clear();
  setPageSession(null);
});
