"""``manage.py entrance explain``: what a refusal, a code of Entra's, an event, a user's rights or a token mean here."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import router
from django.db.models import Q

from django_entrance.accounts.conflicts import email_field, name_fields
from django_entrance.accounts.explaining import explain_user
from django_entrance.explaining.codes import code_in, explain_code
from django_entrance.explaining.events import events_of, explain_events
from django_entrance.explaining.near_matches import did_you_mean
from django_entrance.explaining.reasons import explain_reason, refusal_for
from django_entrance.explaining.tokens import explain_token
from django_entrance.verification.issuers import GUID

if TYPE_CHECKING:  # the project's own user model, whichever it is
    from django.contrib.auth.models import User

HELP = "Explains a refusal, an error code of Entra's, an event, a user's rights or a token. Nothing is written."
LONGEST_INPUT = 100_000
LONGEST_NAME = 254

NOT_AS_ARGUMENT = (
    "This looks like a token, and other processes can read arguments. Write it to a file, or paste it after"
    " `entrance explain --token` and end with Ctrl-D. Remove this line from the shell's history."
)
NOT_KNOWN = (
    "Expected the reason of a refusal (token_expired), a code of Entra's (AADSTS50011), the correlation id of an event,"
    " or a user name."
)


def add_arguments(parser: CommandParser) -> None:
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument(
        "what",
        nargs="?",
        metavar="WHAT",
        help="a reason (token_expired), a code of Entra's (AADSTS50011), a correlation id, or a user as for --user",
    )
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
        CommandError: nothing of that name is known, the token would not be accepted, or it is given as an argument.
    """
    verdict = ""
    lines: Iterable[str]
    if options["token"]:
        given = sys.stdin.read(LONGEST_INPUT)
        if not given.strip():
            raise CommandError("Standard input was empty. Write: entrance explain --token < token.txt")
        lines, verdict = explain_token(given)
    elif options["user"]:
        lines = explain_user(named(options["user"]))
    else:
        lines = explain(options["what"].strip())
    for line in lines:
        command.stdout.write(line)
    if verdict:
        raise CommandError(verdict)


def explain(what: str) -> Iterator[str]:
    """Return the explanation of a reason, a code, a correlation id or a user, whichever has that name."""
    if (what.startswith("ey") and "." in what) or len(what) > LONGEST_NAME:
        raise CommandError(NOT_AS_ARGUMENT)
    refusal = refusal_for(what)
    if refusal is not None:
        return explain_reason(refusal)
    code = code_in(what)
    if code is not None:
        return explain_code(code)
    events = events_of(what)
    return explain_events(events) if events else explain_user(named(what, otherwise=not_known(what)))


def not_known(what: str) -> str:
    """Say what can be explained, and what of it is written nearly so."""
    return f"{NOT_KNOWN} {did_you_mean(what)}".rstrip()


def named(name: str, *, otherwise: str = "Give the whole user name, or the object id.") -> User:
    """Return the user with that user name or object id, or else the one with that address."""
    user_model = get_user_model()
    which = Q(**{user_model.USERNAME_FIELD: name})
    if GUID.fullmatch(name.lower()):
        which |= Q(entra_accounts__object_id=name)
    rows = user_model._base_manager.using(router.db_for_read(user_model))
    users = list(rows.filter(which).distinct())
    if not users and "@" in name and email_field() in {field.name for field in name_fields()}:
        users = list(rows.filter(**{f"{email_field()}__iexact": name}))
    if not users:
        raise CommandError(f"No user has this name, address or object id. {otherwise}")
    if len(users) > 1:
        raise CommandError(f"{len(users)} users have this name or address. {otherwise}")
    found: User = users[0]
    return found
