/** Error message that screen readers announce at once. */
import type { ReactNode } from "react";

export function Alert({ id, children }: { id?: string; children: ReactNode }) {
  return (
    <div role="alert" className="alert" id={id}>
      {children}
    </div>
  );
}
