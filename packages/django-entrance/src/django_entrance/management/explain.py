"""``manage.py entrance explain``: why a user has which rights, and what a token would give."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import router
from django.db.models import Q

from django_entrance.accounts.conflicts import email_field, name_fields
from django_entrance.accounts.explaining import explain_identity, explain_user
from django_entrance.bearer.authentication import identify_token
from django_entrance.verification.errors import Refused
from django_entrance.verification.issuers import GUID

if TYPE_CHECKING:  # the project's own user model, whichever it is
    from django.contrib.auth.models import User

HELP = "Says why a user has which rights, or what a token would give. Nothing is written."
LONGEST_INPUT = 100_000


def add_arguments(parser: CommandParser) -> None:
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument(
        "--user",
        metavar="NAME",
        help="a user name, an e-mail address, or the object id of a connected Microsoft account",
    )
    told = "reads an access token from standard input; never give it as an argument, which other processes can read"
    which.add_argument("--token", action="store_true", help=told)


def run(command: BaseCommand, **options: Any) -> None:
    """Print the explanation.

    Raises:
        CommandError: there is no such user, or the token would be refused; the text says why.
    """
    lines = explain_token(sys.stdin.read(LONGEST_INPUT)) if options["token"] else explain_user(named(options["user"]))
    for line in lines:
        command.stdout.write(line)


def named(name: str) -> User:
    """Return the user with that user name or object id, or else the one with that address."""
    user_model = get_user_model()
    which = Q(**{user_model.USERNAME_FIELD: name})
    if GUID.fullmatch(name.lower()):
        which |= Q(entra_accounts__object_id=name)
    rows = user_model._base_manager.using(router.db_for_read(user_model))
    users = list(rows.filter(which).distinct())
    if not users and "@" in name and email_field() in {field.name for field in name_fields()}:
        users = list(rows.filter(**{f"{email_field()}__iexact": name}))
    if len(users) != 1:
        raise CommandError(f"{len(users)} users are called so. Give the whole user name, or the object id.")
    found: User = users[0]
    return found


def explain_token(text: str) -> Iterator[str]:
    """Yield what a token would give, as text from standard input, with or without the word Bearer before it."""
    try:
        identity = identify_token(text.strip().removeprefix("Bearer ").strip())
        del text
        if identity is None:
            raise CommandError("This is no token of an authority in the settings, so it would not be looked at.")
        yield from explain_identity(identity)
    except Refused as refusal:
        raise CommandError(f"It would be refused with {refusal.status} {refusal.reason}: {refusal.detail}") from None
