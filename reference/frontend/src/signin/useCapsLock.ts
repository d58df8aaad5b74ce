/** Notices from the keys typed into a field whether Caps Lock is on. */
import { type KeyboardEvent, useState } from "react";

export function useCapsLock() {
  const [on, setOn] = useState(false);
  return { on, listen: (event: KeyboardEvent) => setOn(event.getModifierState("CapsLock")) };
}
