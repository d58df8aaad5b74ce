/** Hook: the side of a button on which a panel fits into the window. */
import { type RefObject, useLayoutEffect, useRef, useState } from "react";

export type Side = "start" | "end";

/** Returns the asked side, or the other one if the open panel would leave the window there. */
export function useFittingSide(asked: Side, isOpen: boolean): { side: Side; ref: RefObject<HTMLDivElement | null> } {
  const ref = useRef<HTMLDivElement>(null);
  const [leaves, setLeaves] = useState(false);
  useLayoutEffect(() => {
    const rectangle = isOpen && ref.current?.getBoundingClientRect();
    if (rectangle) setLeaves(rectangle.left < 0 || rectangle.right > document.documentElement.clientWidth);
    return () => setLeaves(false);
  }, [isOpen]);
  const other = asked === "end" ? "start" : "end";
  return { side: leaves ? other : asked, ref };
}
