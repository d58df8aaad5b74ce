import { build } from "vite";
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { addressedTo, answerChannel, toState } from "../session/bridge/answerChannel.js";

const ID = "019ac9a4-57a1-7d3e-8f00-5ca1ab1e0001"; // as MSAL makes it: UUID version 7
const ATTEMPT = "3f0c5a1e-9b7d-4c2a-8e61-0d5f7a9b1c2e";
const msalState = (id: unknown, type = "popup"): string =>
  btoa(JSON.stringify({ id, meta: { interactionType: type } }));
const stateOf = (type: string): string => `${msalState(ID, type)}|${toState(ATTEMPT)}`;
const OURS = `/entrance/redirect/#code=abc&state=${encodeURIComponent(stateOf("popup"))}`;
const ALONE = `/entrance/redirect/#code=abc&state=${encodeURIComponent(`${msalState(ID)}|${ATTEMPT}`)}`;
const bridgeElement = (): HTMLElement | null => document.getElementById("entrance-redirect");

async function openBridge(address: string): Promise<void> {
  history.replaceState(null, "", address);
  vi.resetModules();
  await import("../redirect-bridge.js");
}

const channels: BroadcastChannel[] = [];

/** Records the bridge's messages on a channel, and may reply. */
function listen(channel: BroadcastChannel, answer?: string): unknown[] {
  const heard: unknown[] = [];
  channels.push(channel);
  channel.onmessage = ({ data }) => {
    heard.push(data);
    if (answer) channel.postMessage(answer);
  };
  return heard;
}

beforeEach(() => {
  document.body.innerHTML = '<main id="entrance-redirect"><p></p></main>';
  vi.spyOn(window, "close").mockImplementation(() => {});
});

afterEach(() => {
  for (const channel of channels.splice(0)) channel.close();
  vi.useRealTimers();
});

test("an acknowledged response goes to MSAL, and the window closes", async () => {
  const announced = listen(answerChannel(ATTEMPT), "heard");
  const answered = listen(new BroadcastChannel(ID));
  await openBridge(OURS);
  await vi.waitFor(() => expect(answered).toMatchObject([{ v: 1 }]));
  expect(announced).toEqual(["answered"]);
  expect(window.close).toHaveBeenCalledOnce();
  expect(location.hash).toBe("");
  expect(bridgeElement()?.textContent).toBe("You can close this window.");
});

test("without an acknowledgement the window stays, repeats the announcement and shows a message", async () => {
  vi.useFakeTimers();
  const announced = listen(answerChannel(ATTEMPT), "answered");
  const answered = listen(new BroadcastChannel(ID));
  await openBridge(OURS);
  await vi.advanceTimersByTimeAsync(2_900);
  expect(bridgeElement()?.textContent).toBe("Signing in…");
  await vi.advanceTimersByTimeAsync(100);
  expect(bridgeElement()?.querySelector('[role="alert"]')?.textContent).toBe(
    "The page that opened this window does not answer. Close this window and sign in again.",
  );
  vi.useRealTimers();
  await vi.waitFor(() => expect(announced.length).toBeGreaterThan(5));
  expect([answered, vi.mocked(window.close).mock.calls]).toEqual([[], []]);
  answerChannel(ATTEMPT).postMessage("heard");
  await vi.waitFor(() => expect(window.close).toHaveBeenCalledOnce());
});

test("a page that uses MSAL alone gets its answer at once", async () => {
  const answered = listen(new BroadcastChannel(ID));
  await openBridge(ALONE);
  await vi.waitFor(() => expect(answered).toMatchObject([{ v: 1 }]));
  expect(window.close).toHaveBeenCalledOnce();
});

test("opened on its own, the page says so and leads back", async () => {
  await openBridge("/entrance/redirect/");
  await vi.waitFor(() => expect(bridgeElement()?.querySelector('[role="alert"]')).not.toBeNull());
  expect(bridgeElement()?.querySelector('[role="alert"]')?.textContent?.trim()).toBe(
    "This page finishes a sign-in and does nothing when it is opened on its own.",
  );
  expect(bridgeElement()?.querySelector("a")?.getAttribute("href")).toBe("/");
});

test("it speaks the language of the page", async () => {
  document.documentElement.lang = "de";
  onTestFinished(() => document.documentElement.removeAttribute("lang"));
  await openBridge("/entrance/redirect/");
  await vi.waitFor(() => expect(bridgeElement()?.querySelector("a")?.textContent).toBe("Zurück zur Anwendung"));
});

test("the way back stays within a site under a sub-path", async () => {
  document.body.innerHTML = '<main id="entrance-redirect" data-home="/logbook/"></main>';
  await openBridge("/logbook/entrance/redirect/");
  await vi.waitFor(() => expect(bridgeElement()?.querySelector("a")?.getAttribute("href")).toBe("/logbook/"));
});

test("a page without the element gets one", async () => {
  document.body.innerHTML = "";
  await openBridge("/redirect.html");
  await vi.waitFor(() => expect(document.querySelector("main [role=alert]")).not.toBeNull());
});

test.each([
  ["MSAL's own, with an attempt of ours", `#code=1&state=${encodeURIComponent(stateOf("popup"))}`, ATTEMPT],
  ["the same in the query", `?code=1&state=${encodeURIComponent(stateOf("popup"))}`, ATTEMPT],
  ["of a hidden frame, which has no attempt", `#state=${encodeURIComponent(msalState(ID, "silent"))}`, null],
  ["with a state of the application's own", `#state=${encodeURIComponent(`${msalState(ID)}|page 2`)}`, null],
  ["with an id of the application's own", `#state=${encodeURIComponent(`${msalState(ID)}|${ATTEMPT}`)}`, null],
])("a state %s is accepted", (_, answer, attempt) => {
  expect(addressedTo(new URL(answer, location.href))).toEqual({ attempt });
});

const REFUSED: readonly (readonly [string, string])[] = [
  ["that names a channel of the application", `#state=${encodeURIComponent(msalState("chat"))}`],
  ["that begins with an id", `#state=${encodeURIComponent(msalState(`${ID}/chat`))}`],
  ["that ends with an id", `#state=${encodeURIComponent(msalState(`chat/${ID}`))}`],
  ["with a list for an id", `#state=${encodeURIComponent(msalState([ID]))}`],
  ["without an id", `#state=${encodeURIComponent(btoa("{}"))}`],
  ["of nothing", `#state=${encodeURIComponent(btoa("null"))}`],
  ["that is no JSON", `#state=${encodeURIComponent(btoa("chat"))}`],
  ["that is no base64", "#state=%7B%7D"],
  ["twice", `?state=${encodeURIComponent(msalState("chat"))}#state=${encodeURIComponent(msalState(ID))}`],
  ["twice in one part", `#state=${encodeURIComponent(msalState(ID))}&state=${encodeURIComponent(msalState("chat"))}`],
  ["that is missing", "#code=1"],
];

test.each(REFUSED)("a state %s is refused", (_, answer) => {
  expect(addressedTo(new URL(answer, location.href))).toBeNull();
});

test.each(REFUSED)(
  "the link of a foreign page with a state %s reaches no channel and leaves no trace",
  async (_, answer) => {
    const opened: string[] = [];
    vi.stubGlobal(
      "BroadcastChannel",
      class {
        constructor(name: string) {
          opened.push(name);
        }
      },
    );
    await openBridge(`/entrance/redirect/${answer}`);
    await vi.waitFor(() => expect(bridgeElement()?.querySelector('[role="alert"]')).not.toBeNull());
    expect(opened).toEqual([]);
    expect([window.close, location.href]).toMatchObject([
      expect.anything(),
      "http://localhost:8000/entrance/redirect/",
    ]);
    expect(window.close).not.toHaveBeenCalled();
  },
);

test("the built script stands on its own, may be put inline, and keeps MSAL's licence", async () => {
  const result = await build({ root: "packages/react", configFile: "vite.bridge.config.ts", build: { write: false } });
  const [bundle] = [result].flat();
  const code = bundle && "output" in bundle ? bundle.output[0].code : "";
  expect(
    code.startsWith("/*! @license Contains parts of @azure/msal-browser, (c) Microsoft Corporation, MIT License */"),
  ).toBe(true);
  expect(code).not.toMatch(/<\/script|<!--|\bimport\b|\bexport\b/i);
  expect(code.length).toBeLessThan(12_000);
});
