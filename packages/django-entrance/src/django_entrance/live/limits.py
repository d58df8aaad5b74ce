"""Counts the connections of a process, so that neither a person nor the unknown take all of its memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

PER_PERSON = 50
"""Connections of a person to a process: tabs and programs of theirs."""

UNPROVED = 1_000
"""Connections to a process that still have to say who they are; and as many of no person."""


class Limits:
    """The connections of a process by person. It is used in the event loop alone, so it needs no lock."""

    def __init__(self, per_person: int, unproved: int) -> None:
        self.per_person, self.unproved = per_person, unproved
        self.opening = 0
        self.open: Counter[Any] = Counter()

    @contextmanager
    def open_one(self) -> Iterator[bool]:
        """Count a connection that has not proved anything yet; yield whether there is room for it."""
        self.opening += 1
        try:
            yield self.opening <= self.unproved
        finally:
            self.opening -= 1

    @contextmanager
    def serve_one(self, person: Any) -> Iterator[bool]:
        """Count a connection of a person, or with None of no person; yield whether the limit allows it."""
        self.open[person] += 1
        try:
            yield self.open[person] <= (self.unproved if person is None else self.per_person)
        finally:
            self.open[person] -= 1
            if not self.open[person]:
                del self.open[person]
