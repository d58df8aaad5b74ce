/** Debounces a value. An empty value is returned at once. */
import { useEffect, useState } from "react";

export function useSettled(value: string, pauseMilliseconds: number): string {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), pauseMilliseconds);
    return () => clearTimeout(timer);
  }, [value, pauseMilliseconds]);
  return value === "" ? "" : settled;
}
