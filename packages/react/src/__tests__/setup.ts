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

beforeEach(() => {
  globalThis.BroadcastChannel = ChannelOfATest;

  localStorage.clear();
  sessionStorage.clear();
  history.replaceState(null, "", "/");
});

afterEach(() => {
  cleanup();
  for (const channel of channels) channel.close();
  channels.clear();
  setPageSession(null);
});
