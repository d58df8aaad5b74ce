import { expect, test } from "vitest";
import { stripSignOutState } from "../microsoft/windows/signOutState.js";

const msalState = btoa(JSON.stringify({ id: "1", meta: { interactionType: "redirect" } }));
const strip = (address: string): string => {
  history.replaceState({ kept: true }, "", address);
  stripSignOutState();
  return location.pathname + location.search + location.hash;
};

test("MSAL's state is removed, the rest of the address stays", () => {
  expect(strip(`/list?a=1&state=${encodeURIComponent(msalState)}#top`)).toBe("/list?a=1#top");
  expect(history.state).toEqual({ kept: true });
});

test.each(["/list?state=open", `/list?state=${btoa("{}")}`, "/list?state=", "/list"])(
  "%s stays as it is",
  (address) => {
    expect(strip(address)).toBe(address);
  },
);
