/** Modal <dialog>, open while rendered. Esc or a click outside calls `onClose`. */
import { ConfirmSignIn } from "@django-entrance/react";
import { type MouseEvent, type ReactNode, useId, useLayoutEffect, useRef } from "react";

type DialogProps = { title: string; onClose: () => void; className?: string; children: ReactNode };

export function Dialog({ title, onClose, className = "", children }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null);
  const titleId = useId();

  // Close before the element is removed, so that the browser restores the focus.
  useLayoutEffect(() => {
    const dialog = ref.current;
    dialog?.showModal();
    return () => dialog?.close();
  }, []);

  const closeFromBackdrop = (event: MouseEvent) => {
    if (event.target === ref.current) onClose();
  };

  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: <dialog> handles Esc for the keyboard.
    <dialog
      ref={ref}
      className={`dialog ${className}`}
      aria-labelledby={titleId}
      onClick={closeFromBackdrop}
      // StrictMode closes and reopens the dialog: ignore the close event if it is open again.
      onClose={() => ref.current?.open || onClose()}
    >
      <div className="dialog-body">
        <h2 id={titleId} className="dialog-title">
          {title}
        </h2>
        {children}
        {/* The banner of the page is behind the dialog. */}
        <ConfirmSignIn className="confirm" />
      </div>
    </dialog>
  );
}
