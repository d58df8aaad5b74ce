"""Limits how often a process does something: a number of times a minute, or once a day."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from itertools import count

from django.utils import timezone

log = logging.getLogger("django_entrance")

MINUTE, DAY = 60, 24 * 60 * 60

Clock = Callable[[], float]


class PerMinute:
    """Lets through ``most`` refusals a minute, and counts the others for one line of the log.

    Without a lock, which a fork could leave locked: taking a number is atomic.
    """

    def __init__(self, most: int, clock: Clock = time.monotonic) -> None:
        self.most, self.clock = most, clock
        self.begin()

    def begin(self) -> None:
        self.began, self.began_at = self.clock(), timezone.now()
        self.numbers, self.dropped = count(1), 0

    def passes(self) -> bool:
        self.tell_dropped()
        if self.clock() - self.began >= MINUTE:
            self.begin()
        over = next(self.numbers) - self.most
        self.dropped = max(self.dropped, over)
        return over <= 0

    def tell_dropped(self) -> None:
        """Log how many were dropped, once their minute is over."""
        if self.dropped and self.clock() - self.began >= MINUTE:
            since, dropped = self.began_at, self.dropped
            self.begin()
            log.warning("%d refusals in the minute from %s were not recorded as events.", dropped, since.isoformat())


class Daily:
    """Says once a day, and at the first question, that something is due."""

    def __init__(self, clock: Clock = time.monotonic) -> None:
        self.clock = clock
        self.last: float | None = None

    def is_over(self) -> bool:
        """Return whether the next question is the first of a day."""
        return self.last is None or self.clock() - self.last >= DAY

    def is_due(self) -> bool:
        if not self.is_over():
            return False
        self.last = self.clock()
        return True
