/** The time of day in milliseconds, renewed so that "1 minute ago" grows older while one looks. */
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
