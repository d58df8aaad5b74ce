/** Hook: when an element with the focus in it goes, the focus returns to where it came from. */
import { type FocusEvent, type RefObject, useLayoutEffect, useRef } from "react";

interface FocusReturn<T extends HTMLElement> {
  readonly ref: RefObject<T | null>;
  readonly onFocus: (event: FocusEvent) => void;
}

/** Returns attributes of the element. */
export function useFocusReturn<T extends HTMLElement>(): FocusReturn<T> {
  const ref = useRef<T>(null);
  const before = useRef<HTMLElement | null>(null);
  useLayoutEffect(() => {
    const element = ref.current;
    return () => {
      const from = before.current;
      if (element?.contains(document.activeElement) && from) setTimeout(() => giveFocus(from)); // after the removal
    };
  }, []);
  const onFocus = ({ relatedTarget }: FocusEvent): void => {
    if (relatedTarget instanceof HTMLElement && !ref.current?.contains(relatedTarget)) before.current = relatedTarget;
  };
  return { ref, onFocus };
}

/** Unless something else took the focus. */
function giveFocus(element: HTMLElement): void {
  if (document.activeElement === document.body && element.isConnected) element.focus();
}
