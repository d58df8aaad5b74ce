/** Says quietly whether new entries appear by themselves. */
import type { LiveState } from "./followEntries";

const TEXTS: Record<LiveState, string> = {
  starting: "",
  live: "Live",
  reconnecting: "Reconnecting…",
  off: "Not live",
};

export function LiveSign({ state }: { state: LiveState }) {
  return (
    <p className="live-sign" aria-live="polite" data-state={state}>
      {TEXTS[state]}
    </p>
  );
}
