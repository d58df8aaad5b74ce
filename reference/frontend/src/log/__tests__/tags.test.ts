import { expect, test } from "vitest";
import { formatTags, parseTags } from "../tags";

test.each([
  ["", []],
  ["deploy", ["deploy"]],
  ["deploy, data base", ["deploy", "data base"]],
  ["  #deploy ,, # ,security,", ["deploy", "security"]],
  ["Deploy, deploy, DEPLOY", ["Deploy"]],
  ["data   base", ["data base"]],
  ["عربي, 日本", ["عربي", "日本"]],
])("%j is typed for %j", (typed, tags) => {
  expect(parseTags(typed)).toEqual(tags);
});

test("what is formatted can be parsed again", () => {
  const tags = ["deploy", "data base"];
  expect(parseTags(formatTags(tags))).toEqual(tags);
});
