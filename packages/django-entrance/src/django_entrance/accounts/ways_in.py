"""Finds users that could not sign in any more without some of their Microsoft accounts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.contrib.auth.hashers import identify_hasher

from django_entrance.models import EntraAccount

if TYPE_CHECKING:  # stands for the project's user model
    from django.contrib.auth.models import User


def users_without_another_way(accounts: Iterable[EntraAccount]) -> list[User]:
    """Return the users that have no usable password and no account besides these. Two queries."""
    keys = [account.pk for account in accounts]
    users = {each.user_id: each.user for each in EntraAccount.objects.filter(pk__in=keys).select_related("user")}
    passwordless = {key: user for key, user in users.items() if not has_password(user)}
    others = EntraAccount.objects.filter(user__in=passwordless).exclude(pk__in=keys)
    elsewhere = set(others.values_list("user", flat=True))
    return [user for key, user in passwordless.items() if key not in elsewhere]


def has_password(user: User) -> bool:
    """Return whether a password can let the user in. Django calls an empty or unreadable one usable, too."""
    try:
        identify_hasher(user.password)
    except ValueError:
        return False
    return user.has_usable_password()
