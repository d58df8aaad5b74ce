/** Banner while offline. */
import { onlineManager } from "@tanstack/react-query";
import { useSyncExternalStore } from "react";

const subscribe = (listener: () => void) => onlineManager.subscribe(listener);
const isOnline = () => onlineManager.isOnline();

export function OfflineBanner() {
  const online = useSyncExternalStore(subscribe, isOnline);
  return (
    <div role="status" className="offline">
      {online ? null : "You are offline. New entries are sent when you are back online."}
    </div>
  );
}
