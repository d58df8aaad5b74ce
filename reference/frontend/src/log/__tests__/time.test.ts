import { expect, test } from "vitest";
import { relativeTime } from "../time";

const NOW = Date.parse("2026-11-23T12:00:00Z");
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

test.each([
  [-10 * MINUTE, "just now"],
  [0, "just now"],
  [44 * SECOND, "just now"],
  [45 * SECOND, "1 minute ago"],
  [5 * MINUTE, "5 minutes ago"],
  [59 * MINUTE, "59 minutes ago"],
  [60 * MINUTE, "1 hour ago"],
  [23 * HOUR, "23 hours ago"],
  [24 * HOUR, "yesterday"],
  [6 * DAY, "6 days ago"],
  [8 * DAY, "Nov 15, 2026"],
])("%i milliseconds ago reads %j", (age, words) => {
  expect(relativeTime(NOW - age, NOW)).toBe(words);
});
