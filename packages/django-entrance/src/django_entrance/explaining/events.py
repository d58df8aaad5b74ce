"""Explains the events with a correlation id: what happened at a sign-in that Microsoft's log has, too."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet
from django.utils.timezone import localtime

from django_entrance.explaining.reasons import explain_reason, refusal_for
from django_entrance.models import SignInEvent


def events_of(correlation_id: str, among: QuerySet[SignInEvent] | None = None) -> list[SignInEvent]:
    """Return the events with a correlation id, of all or of those that the caller may see; the first one first."""
    every = SignInEvent.objects.all() if among is None else among
    return list(every.select_related("user").filter(correlation_id=correlation_id).order_by("at", "pk"))


def explain_events(events: list[SignInEvent]) -> Iterator[str]:
    """Yield a line for each event, and the explanation of each reason once."""
    for event in events:
        who = event.object_id or event.client_id or "an unknown caller"
        name = "" if event.user is None else f" ({event.user.get_username()})"
        door = f" through {event.door}" if event.door else ""
        client = f", client {event.client_id}" if event.client_id else ""
        what = f"{event.get_outcome_display()} {event.reason}".strip()
        yield f"{localtime(event.at):%Y-%m-%d %H:%M:%S %Z}: {what}: {who}{name}{door}{client}"
    for reason in dict.fromkeys(event.reason for event in events if event.reason):
        refusal = refusal_for(reason)
        if refusal is not None:
            yield ""
            yield from explain_reason(refusal)
