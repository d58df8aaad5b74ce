import { expect, test } from "vitest";
import { CONFIG } from "../../__tests__/scriptedMsal.js";
import { mountSession, openSession, pageSession } from "../pageSession.js";

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

test("two providers with one configuration share the page's session", () => {
  const store = openSession({ config: "/a.json" });
  const unmount = [mountSession(store), mountSession(openSession({ config: "/a.json" }))];
  expect(pageSession()).toBe(store);
  for (const each of unmount) each();
});

test("two providers with different configurations: several_providers, until one is gone", () => {
  const first = openSession({ config: "/a.json" });
  const unmountFirst = mountSession(first);
  const unmountSecond = mountSession(openSession({ config: "/b.json" }));
  expect(() => pageSession()).toThrow(
    "This page has providers with different configurations. Render one <EntranceProvider> only.",
  );
  unmountSecond();
  expect(pageSession()).toBe(first);
  unmountFirst();
});

test("another configuration of the one provider takes the old one's place", () => {
  const unmountFirst = mountSession(openSession({ config: "/a.json" }));
  const second = openSession({ config: "/b.json" });
  unmountFirst();
  const unmountSecond = mountSession(second);
  expect(pageSession()).toBe(second);
  unmountSecond();
});

test("a provider that was rendered but never mounted, as React may do, leaves the mounted one the page's session", () => {
  const first = openSession({ config: "/a.json" });
  const unmount = mountSession(first);
  openSession({ config: "/never-mounted.json" });
  expect(pageSession()).toBe(first);
  unmount();
  expect(pageSession()).toBe(first);
});
