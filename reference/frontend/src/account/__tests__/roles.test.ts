import { expect, test } from "vitest";
import { ADMIN, READER, WITHOUT_ROLE, WRITER } from "../../testing/people";
import { abilities, givenBy, signInMethod } from "../roles";

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

test.each([
  [[{ role: "Writer", source: "LOGBOOK", name: "" }], "given by an administrator of Logbook"],
  [[{ role: "Writer", source: "APP_ROLE", name: "Author" }], "given by the app role Author in Microsoft Entra"],
  [
    [
      { role: "Reader", source: "LOGBOOK", name: "" },
      { role: "Writer", source: "APP_ROLE", name: "Writer" },
      { role: "Writer", source: "ENTRA_GROUP", name: "0f3c" },
    ],
    "given by the app role Writer in Microsoft Entra and the group 0f3c in Microsoft Entra",
  ],
] as const)("why a person is a Writer: %#", (roleReasons, words) => {
  expect(givenBy({ roleReasons: [...roleReasons] }, "Writer")).toBe(words);
});
