/** Hook: a button that shows and hides a panel, as a disclosure of the ARIA Authoring Practices. */
import { type FocusEvent, type KeyboardEvent, type RefObject, useEffect, useId, useRef, useState } from "react";

/** Result of {@link useDisclosure}. */
export interface Disclosure {
  readonly isOpen: boolean;
  readonly close: () => void;
  /** Attributes of the element around both. */
  readonly container: {
    readonly ref: RefObject<HTMLDivElement | null>;
    readonly onKeyDown: (event: KeyboardEvent) => void;
    readonly onBlur: (event: FocusEvent) => void;
  };
  readonly button: {
    readonly ref: RefObject<HTMLButtonElement | null>;
    readonly "aria-expanded": boolean;
    readonly "aria-controls": string;
    readonly onClick: () => void;
  };
  readonly panel: { readonly id: string };
}

/** Escape closes the panel and returns the focus to the button; so does a click or the focus elsewhere, without that. */
export function useDisclosure(): Disclosure {
  const [isOpen, setOpen] = useState(false);
  const container = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const id = useId();
  useEffect(() => {
    if (!isOpen) return;
    const away = ({ target }: Event): void => {
      if (target instanceof Node && !container.current?.contains(target)) setOpen(false);
    };
    document.addEventListener("pointerdown", away);
    return () => document.removeEventListener("pointerdown", away);
  }, [isOpen]);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== "Escape" || !isOpen) return;
    event.stopPropagation(); // a dialog around it stays open
    setOpen(false);
    button.current?.focus();
  };
  const onBlur = ({ relatedTarget }: FocusEvent): void => {
    if (relatedTarget instanceof Node && !container.current?.contains(relatedTarget)) setOpen(false);
  };
  return {
    isOpen,
    close: () => setOpen(false),
    container: { ref: container, onKeyDown, onBlur },
    button: { ref: button, "aria-expanded": isOpen, "aria-controls": id, onClick: () => setOpen(!isOpen) },
    panel: { id },
  };
}
