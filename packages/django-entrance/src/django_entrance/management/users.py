"""Finds the users that an administrator names in a command: by user name, e-mail address or object id."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model
from django.core.management.base import CommandError
from django.db.models import Q

from django_entrance.verification.issuers import GUID

if TYPE_CHECKING:  # the project's own user model, whichever it is
    from django.contrib.auth.models import User


def find_user(name: str) -> User:
    """Return the user of a user name, or else of an object id, or else of an e-mail address.

    Raises:
        CommandError: there is none, or several have the address.
    """
    conditions = [Q(**{get_user_model().USERNAME_FIELD: name})]
    if GUID.fullmatch(name.lower()):
        conditions.append(Q(entra_accounts__object_id=name))
    if has_email_field():
        conditions.append(Q(**{f"{get_user_model().get_email_field_name()}__iexact": name}))
    for condition in conditions:
        found = list(manager().filter(condition).distinct()[:2])
        if len(found) > 1:
            raise CommandError(f"Several users have {name!r}: name one by the user name.")
        if found:
            user: User = found[0]
            return user
    raise CommandError(f"There is no user {name!r}.")


def manager() -> Any:
    return get_user_model()._base_manager


def has_email_field() -> bool:
    name = get_user_model().get_email_field_name()
    return any(field.name == name for field in get_user_model()._meta.get_fields())
