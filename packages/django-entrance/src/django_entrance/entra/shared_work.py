"""Does slow work once for each token, for all threads that need it at the same moment, and keeps what came of it."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from django_entrance.verification.errors import AuthorityUnreachable
from django_entrance.verification.identity import Identity

Result = TypeVar("Result")

PATIENCE = 20.0
"""Seconds that a thread waits for another one's result."""

MOST_KEPT = 4096
"""Results that a process keeps; the oldest go first."""

Key = tuple[str, str, str, int, str]


class Flight(Generic[Result]):
    """One time that the work is done: its result, or until when its refusal is repeated."""

    def __init__(self) -> None:
        self.process = os.getpid()
        self.landed = threading.Event()
        self.result: list[Result] = []
        self.refusal_facts: dict[str, Any] = {}
        self.retry_at = 0.0
        self.successors: dict[None, Flight[Result]] = {}

    def is_over(self, now: float) -> bool:
        """Return whether another flight has to begin. One that a fork took from its parent never lands."""
        if not self.landed.is_set():
            return self.process != os.getpid()
        return not self.result and now >= self.retry_at


class SharedWork(Generic[Result]):
    """Keeps what a function found out about an identity until its token changes, and an outage for some seconds.

    There is no lock, which a fork could leave locked.
    """

    def __init__(
        self,
        work: Callable[[Identity], Result],
        refusal: type[AuthorityUnreachable],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.work = work
        self.refusal = refusal
        self.clock = clock
        self.flights: dict[Key, Flight[Result]] = {}

    def __call__(self, identity: Identity) -> Result:
        """Return the result.

        Raises:
            AuthorityUnreachable: the work has just failed, or another thread takes too long with it.
        """
        key, own = key_of(identity), Flight[Result]()
        flight = self.flights.setdefault(key, own)
        while flight is not own and flight.is_over(self.clock()):
            flight = flight.successors.setdefault(None, own)
            self.flights[key] = flight
        if flight is own:
            self.do(identity, own)
            self.make_room()
        return self.outcome(flight)

    def do(self, identity: Identity, flight: Flight[Result]) -> None:
        try:
            flight.result.append(self.work(identity))
        except AuthorityUnreachable as refusal:
            flight.refusal_facts = dict(vars(refusal))
            flight.retry_at = self.clock() + refusal.retry_after
        finally:
            flight.landed.set()

    def outcome(self, flight: Flight[Result]) -> Result:
        """Return the flight's result, or raise a refusal made anew: one that was raised holds on to its frames."""
        if not flight.landed.wait(PATIENCE):
            raise self.refusal(expected="an answer in time")
        if flight.result:
            return flight.result[0]
        refusal = self.refusal()
        vars(refusal).update(flight.refusal_facts)
        raise refusal

    def make_room(self) -> None:
        for key in list(self.flights)[: max(0, len(self.flights) - MOST_KEPT)]:
            self.flights.pop(key, None)

    def cache_clear(self) -> None:
        self.flights.clear()


def key_of(identity: Identity) -> Key:
    """Return what tells the tokens of people apart, without a reference to the token or its claims."""
    unique = identity.claims.all.get("uti")
    return (
        identity.authority,
        identity.tenant_id,
        identity.object_id,
        identity.expires_at,
        unique if isinstance(unique, str) else "",
    )
