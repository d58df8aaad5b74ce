/** Relative time, with the exact time as a tooltip. */
import { exactTime, relativeTime } from "./time";
import { useNow } from "./useNow";

export function Moment({ at }: { at: string }) {
  const now = useNow();
  const moment = Date.parse(at);
  return (
    <time dateTime={at} title={exactTime(moment)}>
      {relativeTime(moment, now)}
    </time>
  );
}
