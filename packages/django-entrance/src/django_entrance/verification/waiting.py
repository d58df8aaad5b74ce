"""Bounds how many requests of a process wait for signing keys, so that all others find a thread."""

import os
import threading

MOST_WAITING = 2
"""Requests of a process that may wait at a time, for all authorities together; the others are told to come back.

So own logins find a thread in every process that has three or more.
"""

MOST_WAITING_AGAIN = 1
"""As many while the last fetch failed: in an outage a request waits in vain, and some fetch hangs half of the time."""


class Places:
    """The places of one process for requests that wait."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.taken = 0

    def take(self, most: int) -> bool:
        """Take a place if fewer than ``most`` are taken, and tell whether there was one."""
        with self.lock:
            is_free = self.taken < most
            self.taken += is_free
        return is_free

    def leave(self) -> None:
        with self.lock:
            self.taken -= 1


PLACES_BY_PROCESS: dict[int, Places] = {}


def places() -> Places:
    """Return those of this process. A fork has its own: the parent's lock may stay taken for ever."""
    return PLACES_BY_PROCESS.setdefault(os.getpid(), Places())


def wait_for(event: threading.Event, seconds: float, *, most: int) -> bool:
    """Wait for an event, some seconds at most; return False at once when ``most`` requests wait already."""
    here = places()
    if not here.take(most):
        return event.is_set()
    try:
        event.wait(seconds)
    finally:
        here.leave()
    return True
