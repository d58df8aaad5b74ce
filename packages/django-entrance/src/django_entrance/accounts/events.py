"""Records what happened at sign-ins, after the response: a request that is let in as before writes nothing.

Events wait in memory until ``request_finished``, which comes in the same thread or task. Of refusals a process records
MOST_REFUSALS a minute; beyond that it counts them, so that a storm fills neither table nor log.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from contextvars import ContextVar
from datetime import timedelta
from typing import Any
from weakref import WeakSet

from django.db import DatabaseError, router
from django.utils import timezone

from django_entrance.conf.loading import current_settings
from django_entrance.models import SignInEvent
from django_entrance.verification.errors import Refused
from django_entrance.verification.identity import Identity

log = logging.getLogger("django_entrance")

MOST_REFUSALS = 60
"""Refusals that a process records in a minute."""

MOST_WAITING = 100
"""Events that one request may leave; GraphQL can be refused many things at once."""

Outcome = SignInEvent.Outcome

waiting: ContextVar[list[SignInEvent] | None] = ContextVar("entrance_events", default=None)
seen: WeakSet[Identity] = WeakSet()
"""Identities whose sign-in is recorded: an identity lives as long as this process remembers its token."""


class Minute:
    """Lets through a number of things a minute, and counts the others."""

    def __init__(self, most: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.most, self.clock = most, clock
        self.began, self.passed, self.dropped = clock(), 0, 0

    def passes(self) -> bool:
        if self.clock() - self.began >= 60:
            if self.dropped:
                log.warning("%d more refusals in the last minute were not recorded as events.", self.dropped)
            self.began, self.passed, self.dropped = self.clock(), 0, 0
        is_passed = self.passed < self.most
        self.passed += is_passed
        self.dropped += not is_passed
        return is_passed


refusals = Minute(MOST_REFUSALS)


def record_sign_in(identity: Identity, user: Any, door: str) -> None:
    """Record the first use of a token in this process; the table keeps one row for all processes (``uti``)."""
    if identity not in seen:
        seen.add(identity)
        record(Outcome.SIGNED_IN, identity=identity, user=user, door=door)


def record_refusal(refusal: Refused, door: str) -> None:
    """Record a refusal of a caller that is known: the signature of the token was proved."""
    caller = refusal.caller
    if caller is not None and caller.object_id and refusals.passes():
        record(
            Outcome.REFUSED,
            reason=refusal.reason,
            door=door,
            **{name: getattr(caller, name) for name in ("authority", "tenant_id", "object_id", "client_id")},
        )


def record(outcome: str, *, identity: Identity | None = None, user: Any = None, **facts: Any) -> None:
    """Keep an event until the response is sent; outside a request it is written at once."""
    if not current_settings().KEEP_EVENTS:
        return
    if identity is not None:
        facts |= {name: getattr(identity, name) for name in ("authority", "tenant_id", "object_id", "client_id")}
        facts |= {"correlation_id": correlation_id(identity)}
    event = SignInEvent(outcome=outcome, user_id=getattr(user, "pk", None), **facts)
    events = waiting.get()
    if events is None:
        write([event])
    elif len(events) < MOST_WAITING:
        events.append(event)


def correlation_id(identity: Identity) -> str:
    """Return the token's ``uti``, by which Microsoft's sign-in log has the same sign-in."""
    value = identity.claims.all.get("uti")
    return value[:64] if isinstance(value, str) else ""


def begin_request(**_: Any) -> None:
    """Let events wait until the request has been answered."""
    waiting.set([])


def end_request(**_: Any) -> None:
    """Write the events of the request that has been answered."""
    events = waiting.get()
    waiting.set(None)
    if events:
        write(events)


def write(events: list[SignInEvent]) -> None:
    """Write events; a database that refuses them costs no more than a line of the log."""
    alias = router.db_for_write(SignInEvent)
    try:
        SignInEvent.objects.using(alias).bulk_create(events, ignore_conflicts=True)
    except DatabaseError as fault:
        log.warning("%d sign-in events were not recorded: %s", len(events), type(fault).__name__)


def prune(now: Any = None) -> int:
    """Delete events older than ``KEEP_EVENTS`` seconds, and return how many."""
    oldest = (now or timezone.now()) - timedelta(seconds=current_settings().KEEP_EVENTS)
    deleted, _ = SignInEvent.objects.using(router.db_for_write(SignInEvent)).filter(at__lt=oldest).delete()
    return deleted
