/** Tells screen readers what has just happened, in one live region for the whole page. */
import { createContext, type ReactNode, use, useState } from "react";

const AnnounceContext = createContext<(message: string) => void>(() => {});

export const useAnnounce = () => use(AnnounceContext);

export function Announcer({ children }: { children: ReactNode }) {
  const [said, say] = useState({ message: "", count: 0 });
  const announce = (message: string) => say(({ count }) => ({ message, count: count + 1 }));
  return (
    <AnnounceContext value={announce}>
      {children}
      <div className="visually-hidden" aria-live="polite">
        {/* A new key makes the same sentence heard twice. */}
        <span key={said.count}>{said.message}</span>
      </div>
    </AnnounceContext>
  );
}
