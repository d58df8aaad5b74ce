/** Hook: keeps a panel beside its button in the window. */
import { type RefObject, useLayoutEffect, useRef, useState } from "react";

type Side = "start" | "end";

/** Pixels between the panel and the edge of the window. */
const MARGIN = 8;

/**
 * Returns the asked side, or the other one if the open panel would leave the window there.
 *
 * A panel that fits at neither side is moved. It stays in the page's flow, so it scrolls with its button.
 */
export function useFittingSide(asked: Side, isOpen: boolean): { side: Side; ref: RefObject<HTMLDivElement | null> } {
  const ref = useRef<HTMLDivElement>(null);
  const [leaves, setLeaves] = useState(false);
  const other = asked === "end" ? "start" : "end";
  useLayoutEffect(() => {
    const rectangle = isOpen && ref.current?.getBoundingClientRect();
    if (rectangle) setLeaves(isBeyond(rectangle));
    return () => setLeaves(false);
  }, [isOpen]);
  // After each rendering: the side may have changed.
  useLayoutEffect(() => {
    if (!isOpen) return;
    const move = (): void => moveIntoWindow(ref.current);
    move();
    addEventListener("resize", move);
    return () => removeEventListener("resize", move);
  });
  return { side: leaves ? other : asked, ref };
}

function isBeyond({ left, right }: DOMRect): boolean {
  return left < 0 || right > document.documentElement.clientWidth;
}

function moveIntoWindow(panel: HTMLElement | null): void {
  if (panel === null) return;
  panel.style.translate = "";
  panel.style.maxWidth = `${document.documentElement.clientWidth - 2 * MARGIN}px`; // 100vw counts the scroll bar
  const rectangle = panel.getBoundingClientRect();
  if (!isBeyond(rectangle)) return;
  const toLeft = Math.min(0, document.documentElement.clientWidth - MARGIN - rectangle.right);
  panel.style.translate = `${Math.max(MARGIN - rectangle.left, toLeft)}px`;
}
