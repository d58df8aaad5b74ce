import { expect, test } from "vitest";
import { ADMIN, READER, WITHOUT_ROLE, WRITER } from "../../testing/people";
import { abilities, signInMethod } from "../roles";

test.each([
  ["a person without a role", WITHOUT_ROLE, []],
  ["a Reader", READER, ["Read and search the log"]],
  ["a Writer", WRITER, ["Read and search the log", "Add entries and edit your own"]],
  ["an Admin", ADMIN, ["Read and search the log", "Add entries and edit your own", "Delete any entry"]],
])("the abilities of %s", (_who, viewer, words) => {
  expect(abilities(viewer)).toEqual(words);
});

test("the sign-in methods", () => {
  expect(signInMethod({ signedInWith: "ENTRA" })).toBe("Microsoft");
  expect(signInMethod({ signedInWith: "PASSWORD" })).toBe("Password");
});
