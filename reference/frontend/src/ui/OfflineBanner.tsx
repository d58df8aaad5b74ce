/** Says that there is no connection, as long as there is none. */
import { onlineManager } from "@tanstack/react-query";
import { useSyncExternalStore } from "react";

const subscribe = (listener: () => void) => onlineManager.subscribe(listener);
const isOnline = () => onlineManager.isOnline();

export function OfflineBanner() {
  const online = useSyncExternalStore(subscribe, isOnline);
  return (
    <div role="status" className="offline">
      {online ? null : "You are offline. What you add is sent when you are back."}
    </div>
  );
}
