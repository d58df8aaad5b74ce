"""Does work once for all who need it at the same moment: in the threads of a process, and among the processes."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

from django_entrance.entra.token_cache import CacheDown, claim, release
from django_entrance.verification.errors import CallUnanswered, Refused

Result = TypeVar("Result")

PATIENCE = 15.0
"""Seconds that one waits for another's result: longer than Entra may take to answer."""

LOOKS_EVERY = 0.05
"""Seconds after which a process looks again whether another one has finished."""

pause = time.sleep


class Flight(Generic[Result]):
    """One time that the work is done, by one thread for all."""

    def __init__(self) -> None:
        self.process = os.getpid()
        self.landed = threading.Event()
        self.results: list[Result] = []
        self.refusal: Refused | None = None


class SingleFlight(Generic[Result]):
    """The flights of a process. There is no lock, which a fork could leave locked."""

    def __init__(self) -> None:
        self.flights: dict[str, Flight[Result]] = {}

    def __call__(self, place: str, work: Callable[[], Result]) -> Result:
        """Return what ``work`` returns, or what it returned to the thread that was first.

        Raises:
            Refused: as ``work`` does.
            CallUnanswered: the other thread takes too long, or failed.
        """
        own = Flight[Result]()
        flight = self.flights.setdefault(place, own)
        if flight.process != own.process:  # a fork took it from its parent, so that it never lands
            self.flights[place] = flight = own
        if flight is not own:
            return outcome(flight)
        try:
            own.results.append(work())
        except Refused as refusal:
            own.refusal = refusal.with_traceback(None)
        finally:
            self.flights.pop(place, None)
            own.landed.set()
        return outcome(own)


def outcome(flight: Flight[Result]) -> Result:
    """Return the result, or raise a refusal made anew: one that was raised holds on to its frames."""
    if not flight.landed.wait(PATIENCE):
        raise CallUnanswered(expected="an answer in time")
    if flight.results:
        return flight.results[0]
    if flight.refusal is None:
        raise CallUnanswered(expected="an answer to another request that asked at the same moment")
    raise made_anew(flight.refusal)


def made_anew(refusal: Refused) -> Refused:
    again = type(refusal)()
    vars(again).update(vars(refusal))
    return again


def in_turn(place: str, find: Callable[[], Result | None], work: Callable[[], Result]) -> Result:
    """Do the work as the only process that does, or return what ``find`` finds once another one has done it.

    A process that dies, or a cache that is down, delays the others for PATIENCE at most.
    """
    ends_at = time.monotonic() + PATIENCE
    while time.monotonic() < ends_at:
        ticket = claimed(place)
        found = find()
        if found is not None or ticket is not None:
            try:
                return work() if found is None else found
            finally:
                if ticket:
                    released(place, ticket)
        pause(LOOKS_EVERY)
    return work()


def claimed(place: str) -> str | None:
    """Return a ticket, empty if the cache is down, or None while another process works."""
    try:
        return claim(place, PATIENCE)
    except CacheDown:
        return ""


def released(place: str, ticket: str) -> None:
    try:
        release(place, ticket)
    except CacheDown:
        return
