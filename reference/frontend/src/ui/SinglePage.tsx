/** Layout with one centred column, for sign-in and error pages. */
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
