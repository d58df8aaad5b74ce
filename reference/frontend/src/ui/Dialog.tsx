/** A modal <dialog>: open as long as it is rendered; Esc or a click beside it asks to close. */
import { type MouseEvent, type ReactNode, useId, useLayoutEffect, useRef } from "react";

type DialogProps = { title: string; onClose: () => void; className?: string; children: ReactNode };

export function Dialog({ title, onClose, className = "", children }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null);
  const titleId = useId();

  // Closing before the element leaves the page lets the browser give the focus back.
  useLayoutEffect(() => {
    const dialog = ref.current;
    dialog?.showModal();
    return () => dialog?.close();
  }, []);

  const closeFromBackdrop = (event: MouseEvent) => {
    if (event.target === ref.current) onClose();
  };

  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keyboard's way out is Esc, which <dialog> handles.
    <dialog
      ref={ref}
      className={`dialog ${className}`}
      aria-labelledby={titleId}
      onClick={closeFromBackdrop}
      // StrictMode closes and reopens; only a dialog that stayed closed was closed by a person.
      onClose={() => ref.current?.open || onClose()}
    >
      <div className="dialog-body">
        <h2 id={titleId} className="dialog-title">
          {title}
        </h2>
        {children}
      </div>
    </dialog>
  );
}
