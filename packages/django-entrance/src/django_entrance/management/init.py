"""``manage.py entrance init``: ``python -m django_entrance init`` where the app is installed, as for ``--undo``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from django_entrance.init import running
from django_entrance.init.refusing import InitRefused

HELP = running.HELP


def add_arguments(parser: CommandParser) -> None:
    running.add_arguments(parser)


def run(
    command: BaseCommand, *, project: Path, settings: str | None, plan: bool, undo: bool, yes: bool, **_: Any
) -> None:
    """Add django-entrance to the project, or take it away.

    Raises:
        CommandError: nothing was changed, and why.
    """

    def say(text: str) -> None:
        command.stdout.write(text)

    try:
        running.run(project=project, settings=settings, plan=plan, undo=undo, yes=yes, say=say, ask=input)
    except InitRefused as refusal:
        raise CommandError(str(refusal)) from None
