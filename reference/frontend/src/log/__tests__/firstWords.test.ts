import { expect, test } from "vitest";
import { firstWords } from "../firstWords";

test.each([
  ["Short.", "Short."],
  ["Two\nlines", "Two lines"],
  ["The replicas run on the new storage class since noon.", "The replicas run on the new storage…"],
  ["x".repeat(60), `${"x".repeat(40)}…`],
])("%j begins with %j", (text, words) => {
  expect(firstWords(text)).toBe(words);
});
