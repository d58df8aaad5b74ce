import { afterEach, expect, test, vi } from "vitest";
import { isPartitioned } from "../microsoft/msal/partition.js";

const foreign = {
  get location(): Location {
    throw new DOMException("cross-origin", "SecurityError");
  },
} as Window;
Object.assign(foreign, { parent: foreign });
const own = { location: { href: "http://localhost:8000/" } } as Window;
Object.assign(own, { parent: own });
const ownWithinForeign = { location: { href: "http://localhost:8000/" }, parent: foreign } as Window;

afterEach(() => {
  expect(document.cookie).not.toContain("same-site");
});

/** In jsdom every cookie is accepted; a browser refuses this one within another site. */
function refuseCookies(): void {
  vi.spyOn(document, "cookie", "set").mockImplementation(() => {});
}

test("a page of its own is not partitioned, whatever it accepts", () => {
  refuseCookies();
  expect(isPartitioned()).toBe(false);
});

test.each([
  ["of the same origin", own, false],
  ["of another site", foreign, true],
  ["of the same origin within another site", ownWithinForeign, true],
])("a frame in a page %s, which accepts no cookie of its own site", (_, parent, expected) => {
  vi.spyOn(window, "parent", "get").mockReturnValue(parent);
  refuseCookies();
  expect(isPartitioned()).toBe(expected);
});

test("a frame with a sandbox, which has no cookies, is partitioned", () => {
  vi.spyOn(window, "parent", "get").mockReturnValue(foreign);
  vi.spyOn(document, "cookie", "set").mockImplementation(() => {
    throw new DOMException("sandboxed", "SecurityError");
  });
  expect(isPartitioned()).toBe(true);
});

test("a frame in a page of another origin of the same site is not partitioned: the cookie is accepted", () => {
  vi.spyOn(window, "parent", "get").mockReturnValue(foreign);
  expect(isPartitioned()).toBe(false);
});
