/** Live region that announces messages to screen readers. */
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
        {/* A new key lets the same message be announced twice. */}
        <span key={said.count}>{said.message}</span>
      </div>
    </AnnounceContext>
  );
}
