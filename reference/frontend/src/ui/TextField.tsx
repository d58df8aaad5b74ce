/** One-line text field with a label and an optional hint. */
import { type ComponentProps, useId } from "react";

type TextFieldProps = ComponentProps<"input"> & { label: string; hint?: string | null };

export function TextField({ label, hint, className = "", ...rest }: TextFieldProps) {
  const id = useId();
  return (
    <div className={`field ${className}`}>
      <label htmlFor={id}>{label}</label>
      <input {...rest} id={id} aria-describedby={hint ? `${id}-hint` : undefined} />
      {hint && (
        <p className="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}
