/** A calm remark beside the page's main matter. */
import type { ReactNode } from "react";

export function Notice({ children }: { children: ReactNode }) {
  return <p className="notice">{children}</p>;
}
