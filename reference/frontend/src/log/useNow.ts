/** The current time in milliseconds, updated every 30 seconds. */
import { useEffect, useState } from "react";

const RENEWAL = 30_000;

export function useNow(): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), RENEWAL);
    return () => clearInterval(timer);
  }, []);
  return now;
}
