/** A clean page for every test. */
import { cleanup, configure } from "@testing-library/react";
import { afterEach, beforeEach } from "vitest";
import { loadRest } from "../session/loadRest.js";
import { setPageSession } from "../session/pageSession.js";

await loadRest(); // tests of its loading take fresh modules

configure({ asyncUtilTimeout: 10_000 }); // a busy machine

const channels = new Set<BroadcastChannel>();

/** Node hands messages over between the workers, also to a test that is over: each test closes what it opened. */
class ChannelOfATest extends BroadcastChannel {
  constructor(name: string) {
    super(name);
    channels.add(this);
  }
}

const timers = new Set<ReturnType<typeof setTimeout>>();
const begin = globalThis.setTimeout;

/** A session that failed tries again later, when its test and perhaps its page are gone: a test's timers end with it. */
const timerOfATest = (...what: Parameters<typeof setTimeout>): ReturnType<typeof setTimeout> => {
  const timer = begin(...what);
  timers.add(timer);
  return timer;
};

/** A page of a test is idle at once. */
const idleAtOnce = (work: IdleRequestCallback): number => {
  setTimeout(work);
  return 0;
};

beforeEach(() => {
  globalThis.BroadcastChannel = ChannelOfATest;
  globalThis.setTimeout = timerOfATest as typeof setTimeout;
  globalThis.requestIdleCallback = idleAtOnce;

  localStorage.clear();
  sessionStorage.clear();
  history.replaceState(null, "", "/");
});

afterEach(() => {
  cleanup();
  for (const channel of channels) channel.close();
  channels.clear();
  for (const timer of timers) clearTimeout(timer);
  timers.clear();
  setPageSession(null);
});
