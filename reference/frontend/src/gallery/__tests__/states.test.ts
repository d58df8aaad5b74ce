/** The gallery knows every component of the package. */
import * as entrance from "@django-entrance/react";
import { expect, test } from "vitest";
import { statesOf } from "../states";
import { readView, toSearch } from "../view";

/** Of the table of sessions. The provider shows nothing itself. */
const ELSEWHERE = ["EntranceProvider", "RequireRole", "SignedIn", "SignedOut"];

test("each component is shown", () => {
  const components = Object.keys(entrance).filter((name) => /^[A-Z]/.test(name) && name !== "EntranceError");
  const shown = statesOf("auto").map(({ title }) => title);
  expect([...shown, ...ELSEWHERE].sort()).toEqual(components.sort());
});

test("a component has each state once", () => {
  for (const { states } of statesOf("auto")) {
    expect(states.length).toBeGreaterThan(0);
    expect(new Set(states.map(({ name }) => name)).size).toBe(states.length);
  }
});

test("the query keeps a view, without the defaults", () => {
  const view = { lang: "de", dir: "ltr", scheme: "dark", width: "full" } as const;
  expect(toSearch(view)).toBe("?lang=de&scheme=dark");
  expect(readView(toSearch(view))).toEqual(view);
});

test("an unknown value is the default", () => {
  expect(readView("?lang=tlh&dir=rtl")).toEqual({ lang: "en", dir: "rtl", scheme: "system", width: "full" });
});
