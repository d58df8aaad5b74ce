/** Hook: whether Caps Lock is on, from the key events of a field. */
import { type KeyboardEvent, useState } from "react";

export function useCapsLock() {
  const [on, setOn] = useState(false);
  return { on, listen: (event: KeyboardEvent) => setOn(event.getModifierState("CapsLock")) };
}
