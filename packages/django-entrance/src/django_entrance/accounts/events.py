"""Records what happened at sign-ins, after the response: a request that is let in as before writes nothing.

Events come from the signals of this package. In a process that answers requests they wait in memory until a request is
finished, whichever that is; elsewhere, as in a management command, they are written at once. That of a session is part
of the transaction that the session begins in, since a commit of its own would cost more than all else of it. A process
records at most MOST_REFUSALS refusals a minute and counts the others, so that a storm fills neither table nor log.
"""

from __future__ import annotations

import logging
from asyncio import get_running_loop
from collections import deque
from collections.abc import Iterable
from functools import cache
from typing import Any

from django.db import connections, router, transaction

from django_entrance.accounts.compiled_insert import CompiledInsert
from django_entrance.accounts.event_limits import Daily, PerMinute
from django_entrance.accounts.old_events import prune
from django_entrance.conf.loading import current_settings
from django_entrance.models import EntraAccount, SignInEvent
from django_entrance.verification.errors import Caller, Refused, TokenExpired, shown
from django_entrance.verification.identity import Identity

log = logging.getLogger("django_entrance")

Outcome = SignInEvent.Outcome

MOST_REFUSALS = 60
"""Refusals that a process records in a minute."""

MOST_WAITING = 1_000
"""Events that wait in a process; the oldest are dropped if no request ends."""


class Waiting:
    """The events of a process that are not written yet."""

    def __init__(self) -> None:
        self.events: deque[SignInEvent] = deque(maxlen=MOST_WAITING)
        self.answers_requests = False


waiting = Waiting()
refusals = PerMinute(MOST_REFUSALS)
pruning = Daily()


def record(
    outcome: str,
    *,
    identity: Identity | None = None,
    account: EntraAccount | None = None,
    user: Any = None,
    door: str = "",
    joins: bool = False,
) -> None:
    """Record an event of an identity or, where no token is at hand, of an account."""
    if identity is not None:
        facts = {"correlation_id": correlation_id(identity), "agent_id": agent_id(identity)}
        keep(outcome, identity.caller, user=user, joins=joins, door=door, **facts)
    else:
        ids = ("", "") if account is None else (str(account.tenant_id), str(account.object_id))
        keep(outcome, Caller("", *ids, ""), user=user, door=door)


def record_sign_in(*, user: Any, identity: Identity, door: str, **_: object) -> None:
    """Receive ``signed_in``. The table keeps one row a token for all processes (``uti``)."""
    record(Outcome.SIGNED_IN, identity=identity, user=user, door=door, joins=door != "bearer")


def record_creation(*, user: Any, identity: Identity, **_: object) -> None:
    """Receive ``person_created``."""
    record(Outcome.CREATED, identity=identity, user=user)


def record_connection(
    *, user: Any, account: EntraAccount, how: str, door: str = "", identity: Identity | None = None, **_: object
) -> None:
    """Receive ``connected``; ``how`` is an outcome."""
    record(how, identity=identity, account=account, user=user, door=door)


def record_disconnection(*, user: Any, account: EntraAccount, door: str = "", **_: object) -> None:
    """Receive ``disconnected``."""
    record(Outcome.DISCONNECTED, account=account, user=user, door=door)


def record_refusal(
    *, refusal: Refused, caller: Caller, user: Any, door: str, request: object = None, **_: object
) -> None:
    """Receive ``refused``. Unknown callers and tokens that have just expired are no events, only lines of the log."""
    is_known = bool(caller.object_id or caller.client_id or getattr(user, "pk", None) is not None)
    is_event = is_known and not isinstance(refusal, TokenExpired) and bool(current_settings().KEEP_EVENTS)
    if is_event and refusals.passes():
        identity = getattr(refusal, "identity", None) or getattr(request, "entra", None)
        keep(Outcome.REFUSED, caller, user=user, door=door, reason=refusal.reason, agent_id=agent_id(identity))


def keep(outcome: str, caller: Caller, *, user: Any, joins: bool = False, **facts: str) -> None:
    """Keep an event for the end of a request or of a live connection's check, or write it at once.

    ``KEEP_EVENTS = 0`` turns events off.
    ``joins``: it is about what a transaction writes, so it belongs into that transaction.
    """
    refusals.tell_dropped()
    if not current_settings().KEEP_EVENTS:
        return
    event = SignInEvent(
        outcome=outcome,
        authority=caller.authority[:100],
        tenant_id=caller.tenant_id or None,
        object_id=caller.object_id or None,
        client_id=shown(caller.client_id)[:36],
        user_id=getattr(user, "pk", None),
        **facts,
    )
    if (waiting.answers_requests or is_in_event_loop()) and not (joins and is_in_transaction()):
        waiting.events.append(event)
    else:
        write([event])


def is_in_event_loop() -> bool:
    """Return whether nothing can be written here: Django forbids queries in an event loop."""
    try:
        get_running_loop()
    except RuntimeError:
        return False
    return True


def is_in_transaction() -> bool:
    """Return whether a transaction is open. The first event of a day waits, since old ones are deleted after it."""
    return connections[router.db_for_write(SignInEvent)].in_atomic_block and not pruning.is_over()


def correlation_id(identity: Identity) -> str:
    """Return the token's ``uti``, by which Microsoft's sign-in log finds the same sign-in."""
    value = identity.claims.all.get("uti")
    return shown(value)[:64] if isinstance(value, str) else ""


def agent_id(identity: Any) -> str:
    """Return the id of the agent that calls, if one does."""
    agent = None if identity is None else identity.agent
    return "" if agent is None else agent.agent_id


def begin_request(**_: object) -> None:
    """Receive ``request_started``: this process answers requests, so events can wait for the end of one."""
    waiting.answers_requests = True


def end_request(**_: object) -> None:
    """Receive ``request_finished``: write what waits.

    Django has closed the connections that it does not keep; one that this opens is closed again, but not inside the
    transaction of a test.
    """
    if waiting.events:
        write(taken(waiting.events))
        connection = connections[router.db_for_write(SignInEvent)]
        if not connection.in_atomic_block:
            connection.close_if_unusable_or_obsolete()


def taken(events: deque[SignInEvent]) -> list[SignInEvent]:
    """Take all events from a queue that other threads may be taking from."""
    found = []
    try:
        while True:
            found.append(events.popleft())
    except IndexError:
        return found


def write(events: Iterable[SignInEvent]) -> None:
    """Write events, and once a day delete old ones. A failure costs a line of the log, never a response."""
    alias = router.db_for_write(SignInEvent)
    try:
        with transaction.atomic(using=alias):
            event_insert(alias).insert(events)
        if pruning.is_due():
            prune()
    except Exception as error:
        log.warning("Sign-in events were not recorded: %s", type(error).__name__)


@cache
def event_insert(alias: str) -> CompiledInsert[SignInEvent]:
    """Compile the statement that writes events, for a database."""
    return CompiledInsert(SignInEvent, alias, ignores_conflicts=True)
