"""``manage.py entrance sign-out USER``: ends all sessions of a person that Entra stands behind."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from django_entrance.accounts.session_index import end_sessions_of
from django_entrance.management.users import find_user

HELP = "Ends all sessions that a person began with Microsoft Entra ID, in every browser."


def add_arguments(parser: CommandParser) -> None:
    parser.add_argument("user", help="the user name, the e-mail address, or the object id in Entra")


def run(command: BaseCommand, *, user: str, **_: Any) -> None:
    """End the sessions, and say how many there were.

    Raises:
        CommandError: there is no such user, or there are several.
    """
    found = find_user(user)
    command.stdout.write(f"{end_sessions_of(found)} sessions of {found.get_username()} ended.")
