"""``manage.py entrance prune``: deletes rows that have served: ended sessions, old events and used tickets."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from django_entrance.accounts.old_events import prune
from django_entrance.accounts.session_index import prune_sessions
from django_entrance.accounts.used_once import forget_used

HELP = "Deletes the rows of sessions that are over, of events older than KEEP_EVENTS, and of used tickets."


def add_arguments(parser: CommandParser) -> None:
    """It takes none."""


def run(command: BaseCommand, **_: Any) -> None:
    """Delete the rows, and say how many there were."""
    found = {"sessions": prune_sessions(), "events": prune(), "tickets": forget_used()}
    command.stdout.write(f"Deleted: {', '.join(f'{number} {what}' for what, number in found.items())}.")
