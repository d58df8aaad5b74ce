/** Button in one of three weights. While busy it keeps the focus and ignores clicks. */
import type { ComponentProps } from "react";

type ButtonProps = ComponentProps<"button"> & { weight?: "primary" | "plain" | "danger"; busy?: boolean };

export function Button({ weight = "plain", busy = false, className = "", onClick, type, ...rest }: ButtonProps) {
  return (
    <button
      {...rest}
      type={type ?? "button"}
      className={`button button-${weight} ${className}`}
      aria-disabled={busy || undefined}
      aria-busy={busy || undefined}
      onClick={busy ? (event) => event.preventDefault() : onClick}
    />
  );
}
