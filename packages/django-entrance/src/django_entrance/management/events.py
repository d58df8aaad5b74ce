"""``manage.py entrance events``: who signed in, and why others were refused."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Q, QuerySet
from django.utils import timezone

from django_entrance.accounts.old_events import prune
from django_entrance.models import EntraAccount, SignInEvent
from django_entrance.verification.errors import every_reason
from django_entrance.verification.issuers import GUID

HELP = "Lists the last sign-ins and refusals, the latest first."

UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
PERIOD = re.compile(r"([0-9]{1,5})([mhdw])")
COLUMNS = ("at", "outcome", "reason", "who", "door", "client_id", "correlation_id")


def add_arguments(parser: CommandParser) -> None:
    parser.add_argument("--user", metavar="NAME", help="a user name, or the object id of a person or application")
    parser.add_argument("--reason", help="the reason of a refusal, such as scope_missing")
    parser.add_argument("--since", metavar="PERIOD", help="how far to look back: 30m, 2h, 7d, 4w")
    parser.add_argument("--last", metavar="N", type=int, default=50, help="how many to list at most; default 50")
    parser.add_argument("--json", action="store_true", help="print a JSON list")
    parser.add_argument("--prune", action="store_true", help="only delete events older than KEEP_EVENTS")


def run(command: BaseCommand, **options: Any) -> None:
    """Print the events, or prune.

    Raises:
        CommandError: there is no such user or reason, or the period cannot be read.
    """
    if options["prune"]:
        command.stdout.write(f"{prune()} events deleted.")
        return
    events = list(chosen(options)[: max(options["last"], 0)])
    if options["json"]:
        command.stdout.write(json.dumps([as_dict(event) for event in events], indent=2))
        return
    for line in (*table(events), *explanations(events)) if events else ["No events."]:
        command.stdout.write(line)


def chosen(options: dict[str, Any]) -> QuerySet[SignInEvent]:
    events = SignInEvent.objects.select_related("user")
    if options["user"]:
        events = events.filter(of_user(options["user"]))
    if options["reason"]:
        events = events.filter(reason=known_reason(options["reason"]))
    if options["since"]:
        events = events.filter(at__gte=timezone.now() - period(options["since"]))
    return events


def of_user(name: str) -> Q:
    """Return the condition for a user's events: also those of their Microsoft accounts before they were connected.

    Raises:
        CommandError: there is no such user.
    """
    if GUID.fullmatch(name.lower()):
        return Q(object_id=name)
    user_model = get_user_model()
    user = user_model._base_manager.filter(**{user_model.USERNAME_FIELD: name}).first()
    if user is None:
        raise CommandError(f"There is no user {name!r}.")
    return Q(user=user.pk) | Q(object_id__in=EntraAccount.objects.filter(user=user.pk).values("object_id"))


def known_reason(reason: str) -> str:
    if all(each.reason != reason for each in every_reason()):
        raise CommandError(f"There is no reason {reason!r}; docs/reference/refusals.md lists all.")
    return reason


def period(text: str) -> timedelta:
    found = PERIOD.fullmatch(text)
    if found is None:
        raise CommandError(f"{text!r} is no period: write a number with m, h, d or w, such as 2h.")
    return timedelta(**{UNITS[found[2]]: int(found[1])})


def as_dict(event: SignInEvent) -> dict[str, str | None]:
    names = ("outcome", "reason", "door", "authority", "client_id", "agent_id", "correlation_id")
    ids = {name: None if (value := getattr(event, name)) is None else str(value) for name in ("tenant_id", "object_id")}
    user = None if event.user is None else event.user.get_username()
    return {"at": event.at.isoformat(), "user": user, **ids, **{name: getattr(event, name) for name in names}}


def table(events: Iterable[SignInEvent]) -> Iterator[str]:
    rows = [COLUMNS, *(cells(event) for event in events)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def cells(event: SignInEvent) -> tuple[str, ...]:
    facts = as_dict(event)
    facts |= {"at": f"{timezone.localtime(event.at):%Y-%m-%d %H:%M:%S}", "who": facts["user"] or facts["object_id"]}
    return tuple(facts[name] or "-" for name in COLUMNS)


def explanations(events: Iterable[SignInEvent]) -> Iterator[str]:
    found = {event.reason: event.explanation for event in events if event.explanation}
    if found:
        yield ""
    for reason, explanation in sorted(found.items()):
        yield f"{reason}: {explanation}"
