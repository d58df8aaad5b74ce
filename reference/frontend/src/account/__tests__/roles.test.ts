import { expect, test } from "vitest";
import { ADMIN, NOBODY, READER, WRITER } from "../../testing/people";
import { abilities, signInMethod } from "../roles";

test.each([
  ["nobody", NOBODY, []],
  ["a Reader", READER, ["Read and search the log"]],
  ["a Writer", WRITER, ["Read and search the log", "Add entries and edit your own"]],
  ["an Admin", ADMIN, ["Read and search the log", "Add entries and edit your own", "Delete any entry"]],
])("what %s may do", (_who, viewer, words) => {
  expect(abilities(viewer)).toEqual(words);
});

test("how somebody signed in", () => {
  expect(signInMethod({ signedInWith: "ENTRA" })).toBe("Microsoft");
  expect(signInMethod({ signedInWith: "PASSWORD" })).toBe("Password");
});
