"""Limits how many requests of a process wait for an authority, so that other requests find a free thread.

Two kinds of requests wait, and need opposite things. A request with a token can be sent again, and anyone can forge
one: a few wait, the others must come back later. A sign-in cannot be repeated once its code is spent, so many wait, but
briefly. Both share the few places in which a request may wait long: while an authority hangs, no more threads are held
than these, once the brief waits are over.
"""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

MOST_WAITING = 2
"""Requests of a process that may wait long at a time, for all authorities together; the others must come back later.

So own logins find a thread in every process that has three or more.
"""

MOST_WAITING_AFTER_FAILURE = 1
"""The same after a failed fetch: in an outage waiting is in vain, and some fetch hangs half of the time."""

MOST_BRIEF = 50
"""Sign-ins of a process that may wait briefly at a time, beside those that may wait long."""

BRIEF = 3.0
"""Seconds of a brief wait. Own logins wait so long for a thread at the moment when an authority begins to hang."""


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
BRIEF_SLOTS_BY_PROCESS: dict[int, WaitingSlots] = {}


def process_slots(process_id: int | None = None) -> WaitingSlots:
    """Return the slots of a process, by default this one. A fork gets its own, since the old lock may stay locked."""
    return SLOTS_BY_PROCESS.setdefault(os.getpid() if process_id is None else process_id, WaitingSlots())


def brief_slots() -> WaitingSlots:
    """Return the slots of this process for brief waits."""
    return BRIEF_SLOTS_BY_PROCESS.setdefault(os.getpid(), WaitingSlots())


@contextmanager
def waiting_place(
    seconds: float, *, most: int, may_be_brief: bool = False, process_id: int | None = None
) -> Iterator[float | None]:
    """Take a place for the block, and yield the seconds that it may wait: ``seconds``, fewer, or None without a place.

    ``most`` is how many may wait long; ``may_be_brief`` allows a brief wait where all of those places are taken.
    """
    slots, allowed = process_slots(process_id), seconds
    is_free = slots.acquire(most)
    if not is_free and may_be_brief:
        slots, allowed = brief_slots(), min(seconds, BRIEF)
        is_free = slots.acquire(MOST_BRIEF)
    try:
        yield allowed if is_free else None
    finally:
        if is_free:
            slots.release()


def wait_for(
    event: threading.Event,
    seconds: float,
    *,
    most: int,
    may_be_brief: bool = False,
    process_id: int | None = None,
) -> bool:
    """Wait for an event for at most some seconds. Return False at once where there is no place to wait in."""
    with waiting_place(seconds, most=most, may_be_brief=may_be_brief, process_id=process_id) as allowed:
        if allowed is not None:
            event.wait(allowed)
        return allowed is not None or event.is_set()
