import { expect, test } from "vitest";
import { CONFIG } from "../../__tests__/scriptedMsal.js";
import { openSession, pageSession } from "../pageSession.js";

test("before a provider was rendered there is none: provider_missing", () => {
  expect(() => pageSession()).toThrow("No <EntranceProvider> has been rendered on this page yet.");
});

test("an opened session is the page's session", () => {
  const store = openSession({ config: CONFIG });
  expect(pageSession()).toBe(store);
});

test("the same configuration gives the same session, however it was written", () => {
  expect(openSession({ config: { ...CONFIG } })).toBe(openSession({ config: { ...CONFIG } }));
});

test("another configuration gives another session", () => {
  expect(openSession({ config: "/a.json" })).not.toBe(openSession({ config: "/b.json" }));
});
