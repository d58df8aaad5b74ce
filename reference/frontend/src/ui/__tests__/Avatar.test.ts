import { expect, test } from "vitest";
import { colour, initials } from "../Avatar";

test.each([
  ["Ada Lovelace", "AL"],
  ["Ludwig van Beethoven", "LB"],
  ["Madonna", "M"],
  ["", ""],
  ["  👩‍🚀 Kate ", "👩K"],
])("the initials of %j", (name, letters) => {
  expect(initials(name)).toBe(letters);
});

test("a person keeps their colour", () => {
  expect(colour("ada")).toBe(colour("ada"));
  expect(colour("ada")).toBeLessThan(6);
});
