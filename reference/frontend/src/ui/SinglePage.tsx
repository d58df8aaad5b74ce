/** A page with one thing on it, in the middle: sign-in, or why there is nothing else to see. */
import type { ReactNode } from "react";
import { Mark } from "./Mark";

export function SinglePage({ title, heading, children }: { title: string; heading: ReactNode; children: ReactNode }) {
  return (
    <main className="single">
      <title>{title}</title>
      <div className="single-column">
        <div className="single-heading">
          <Mark size={44} />
          {heading}
        </div>
        {children}
      </div>
    </main>
  );
}
