/** Formats times: "5 minutes ago" if recent, else a date. */
const RELATIVE = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
const DAY = new Intl.DateTimeFormat("en", { dateStyle: "medium" });
const EXACT = new Intl.DateTimeFormat("en", { dateStyle: "full", timeStyle: "medium" });

const SECOND = 1000;
const STEPS: [Intl.RelativeTimeFormatUnit, number, number][] = [
  ["minute", 60 * SECOND, 60],
  ["hour", 3600 * SECOND, 24],
  ["day", 86_400 * SECOND, 7],
];

/** Times are in milliseconds. The future counts as now, because the server's clock may be ahead. */
export function relativeTime(moment: number, now: number): string {
  const age = now - moment;
  if (age < 45 * SECOND) return "just now";
  for (const [unit, length, limit] of STEPS) {
    const count = Math.max(1, Math.floor(age / length));
    if (count < limit) return RELATIVE.format(-count, unit);
  }
  return DAY.format(moment);
}

export const exactTime = (moment: number) => EXACT.format(moment);
