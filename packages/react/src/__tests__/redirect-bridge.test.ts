import { build } from "vite";
import { beforeEach, expect, test, vi } from "vitest";
import { answerChannel, attemptIn } from "../session/answerChannel.js";

const state = (type: string): string =>
  `${btoa(JSON.stringify({ id: "msal-id", meta: { interactionType: type } }))}|attempt-1`;
const main = (): HTMLElement | null => document.getElementById("entrance-redirect");

async function open(address: string): Promise<void> {
  history.replaceState(null, "", address);
  vi.resetModules();
  await import("../redirect-bridge.js");
}

beforeEach(() => {
  document.body.innerHTML = '<main id="entrance-redirect"><p></p></main>';
  vi.spyOn(window, "close").mockImplementation(() => {});
});

test("an answer goes to the page that asked, announced first, and the window closes", async () => {
  const heard: unknown[] = [];
  const listen = (channel: BroadcastChannel): Promise<void> =>
    new Promise((resolve) => {
      channel.onmessage = ({ data }) => {
        heard.push(data);
        channel.close();
        resolve();
      };
    });
  const announced = listen(answerChannel("attempt-1"));
  const answered = listen(new BroadcastChannel("msal-id"));
  await open(`/entrance/redirect/#code=abc&state=${encodeURIComponent(state("popup"))}`);
  await Promise.all([announced, answered]);
  expect(heard).toMatchObject(["answered", { v: 1 }]);
  expect(window.close).toHaveBeenCalledOnce();
  expect(location.hash).toBe("");
});

test("the page says that something happens, and that the window can be closed if it stays", async () => {
  await open(`/entrance/redirect/#code=abc&state=${encodeURIComponent(state("popup"))}`);
  await vi.waitFor(() => expect(main()?.textContent).toBe("You can close this window."));
});

test("opened on its own, the page says so and leads back", async () => {
  await open("/entrance/redirect/");
  await vi.waitFor(() => expect(main()?.querySelector('[role="alert"]')).not.toBeNull());
  expect(main()?.querySelector('[role="alert"]')?.textContent?.trim()).toBe(
    "This page finishes a sign-in and does nothing when it is opened on its own.",
  );
  expect(main()?.querySelector("a")?.getAttribute("href")).toBe("/");
});

test("a page without the element gets one", async () => {
  document.body.innerHTML = "";
  await open("/redirect.html");
  await vi.waitFor(() => expect(document.querySelector("main [role=alert]")).not.toBeNull());
});

test.each([
  [`state=${encodeURIComponent("abc|attempt-1")}`, "attempt-1"],
  ["state=abc", null],
  ["code=1", null],
])("the attempt in %j is %j", (response, attempt) => {
  expect(attemptIn(new URLSearchParams(response))).toBe(attempt);
});

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
