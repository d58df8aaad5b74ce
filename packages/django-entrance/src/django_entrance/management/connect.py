"""``manage.py entrance connect USER OBJECT_ID``: an administrator connects one existing user with one identity."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser

from django_entrance.accounts.linking import link_user
from django_entrance.conf.loading import current_settings
from django_entrance.models import EntraAccount
from django_entrance.verification.errors import AlreadyConnected, Refused, UserNotCreatable
from django_entrance.verification.issuers import GUID

HELP = "Connects an existing user with one person of Microsoft Entra ID."


def add_arguments(parser: CommandParser) -> None:
    parser.add_argument("user", help="the user name")
    parser.add_argument("object_id", help="the person's object id, from the Overview page of the user in Entra")
    parser.add_argument("--tenant", metavar="ID", help="the tenant's id; without it TENANT_ID of the settings")


def run(command: BaseCommand, *, user: str, object_id: str, tenant: str | None, **_: Any) -> None:
    """Connect, and say so; what is connected already stays.

    Raises:
        CommandError: there is no such user, an id is none, the user is one of APPLICATIONS, or the identity belongs
            to another user.
    """
    manager: Any = get_user_model()._default_manager
    found = manager.filter(**{get_user_model().USERNAME_FIELD: user}).first()
    if found is None:
        raise CommandError(f"There is no user {user!r}.")
    where, person = tenant_id(tenant), as_id(object_id, "object id")
    try:
        account = link_user(found, where, person)
    except UserNotCreatable:
        raise CommandError(f"{user!r} is a user of APPLICATIONS, and so not a person's.") from None
    except AlreadyConnected:
        other = EntraAccount.objects.select_related("user").get(tenant_id=where, object_id=person).user
        raise CommandError(f"{person} is connected to another user, {other.get_username()!r}.") from None
    except Refused as refusal:
        raise CommandError(f"{refusal.title}. {refusal.remedy}") from None
    command.stdout.write(f"{user} is connected with {account.object_id} in {account.tenant_id}.")


def tenant_id(given: str | None, authority: str | None = None) -> str:
    """Return the tenant that is given, or the one of the authority in the settings, of which there is one.

    Raises:
        CommandError: it is no id, or the settings do not name one tenant.
    """
    if given is not None:
        return as_id(given, "tenant id")
    authorities = current_settings().AUTHORITIES
    if authority is None and len(authorities) > 1:
        raise CommandError("The settings have several authorities: name the tenant with --tenant.")
    own = authorities.get(authority) if authority is not None else next(iter(authorities.values()))
    if own is None:
        raise CommandError(f"No authority is named {authority!r}.")
    if not GUID.fullmatch(own.TENANT_ID):
        raise CommandError("TENANT_ID of the settings is not the id of one tenant: name it with --tenant.")
    return own.TENANT_ID


def as_id(text: str, what: str) -> str:
    """Return an id in lower case.

    Raises:
        CommandError: it is no GUID.
    """
    lower = text.strip().lower()
    if not GUID.fullmatch(lower):
        raise CommandError(f"{text!r} is no {what}: expected a GUID.")
    return lower
