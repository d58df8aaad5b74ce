"""Limits how many requests of a process wait for signing keys, so that other requests find a free thread."""

import os
import threading

MOST_WAITING = 2
"""Requests of a process that may wait at a time, for all authorities together; the others must come back later.

So own logins find a thread in every process that has three or more.
"""

MOST_WAITING_AFTER_FAILURE = 1
"""The same after a failed fetch: in an outage waiting is in vain, and some fetch hangs half of the time."""


class WaitingSlots:
    """Counts the requests of one process that wait."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.taken = 0

    def acquire(self, most: int) -> bool:
        """Take a slot if fewer than ``most`` are taken, and tell whether there was one."""
        with self.lock:
            is_free = self.taken < most
            self.taken += is_free
        return is_free

    def release(self) -> None:
        with self.lock:
            self.taken -= 1


SLOTS_BY_PROCESS: dict[int, WaitingSlots] = {}


def process_slots(process_id: int | None = None) -> WaitingSlots:
    """Return the slots of a process, by default this one. A fork gets its own, since the old lock may stay locked."""
    return SLOTS_BY_PROCESS.setdefault(os.getpid() if process_id is None else process_id, WaitingSlots())


def wait_for(event: threading.Event, seconds: float, *, most: int, process_id: int | None = None) -> bool:
    """Wait for an event for at most some seconds. Return False at once when ``most`` requests already wait."""
    slots = process_slots(process_id)
    if not slots.acquire(most):
        return event.is_set()
    try:
        event.wait(seconds)
    finally:
        slots.release()
    return True
