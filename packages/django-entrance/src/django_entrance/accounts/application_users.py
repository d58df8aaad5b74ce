"""Finds the users that applications act as, by the names in ``APPLICATIONS``, which are reserved."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model
from django.db import DatabaseError, router, transaction
from django.db.models import QuerySet

from django_entrance.accounts.free_usernames import by_look
from django_entrance.accounts.usernames import plain
from django_entrance.conf.loading import current_settings
from django_entrance.verification.errors import AccountMissing, UserDisabled
from django_entrance.verification.identity import Identity

if TYPE_CHECKING:  # stands for the project's user model
    from django.contrib.auth.models import User


def find_application_user(identity: Identity) -> User:
    """Return the user that an application acts as, unchanged by the token's claims. One query.

    Raises:
        AccountMissing: no user has the name, or that user has an Entra account and so is a person.
        UserDisabled: the user's ``is_active`` is False.
    """
    username = current_settings().AUTHORITIES[identity.authority].APPLICATIONS[identity.client_id]
    user = users_named(username).first()
    if user is None:
        raise AccountMissing(expected=f"the user {username} of APPLICATIONS, without an Entra account")
    if not user.is_active:
        raise UserDisabled()
    return user


def missing_users() -> Iterator[str]:
    """Yield the names in ``APPLICATIONS`` without a user for an application; none before the tables exist."""
    try:
        with transaction.atomic(using=router.db_for_read(get_user_model())):
            missing = [name for name in sorted(application_names()) if not users_named(name).exists()]
    except DatabaseError:
        return
    yield from missing


def is_reserved(username: str) -> bool:
    """Return whether a name is one of ``APPLICATIONS``, or looks like one; a database may treat them as equal."""
    return comparable(username) in {comparable(name) for name in application_names()}


def application_names() -> set[str]:
    return {name for own in current_settings().AUTHORITIES.values() for name in own.APPLICATIONS.values()}


def comparable(name: str) -> str:
    """Return a name without case, accents and spaces at its end, which some databases ignore."""
    return by_look((plain(name) or name).strip().casefold())


def users_named(username: str) -> QuerySet[User]:
    user_model = get_user_model()
    rows: QuerySet[User] = user_model._default_manager.filter(
        **{user_model.USERNAME_FIELD: username, "entra_accounts__isnull": True}
    )
    return rows
