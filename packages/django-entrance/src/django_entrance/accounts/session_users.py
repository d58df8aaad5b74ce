"""Finds the user of a session that a sign-in with Entra started, as long as neither was ended. One query."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, cast
from uuid import UUID

from django.db import router

from django_entrance.accounts.compiled_lookup import CompiledLookup
from django_entrance.accounts.linked_users import has_plain_manager
from django_entrance.models import EntraSession

if TYPE_CHECKING:  # the project's own user model, whichever it is
    from django.contrib.auth.models import User

BY_SESSION = "entra_sessions__id"


def find_session_user(session_id: str) -> User | None:
    """Return the active user of a session, or None: it was ended, or its account or user is gone or deactivated."""
    try:
        UUID(session_id)
    except (ValueError, TypeError, AttributeError):
        return None
    user_model = EntraSession.user.field.related_model
    reading, writing = router.db_for_read(user_model), router.db_for_write(EntraSession)
    user = read_user(user_model, session_id, reading)
    if user is None and reading != writing:  # a replica may lag behind the sign-in
        user = read_user(user_model, session_id, writing)
    return user if user is not None and user.is_active else None


def read_user(user_model: type[User], session_id: str, alias: str) -> User | None:
    if has_plain_manager(user_model):
        lookup = session_user(user_model, alias)
        return lookup.first(lookup.params({BY_SESSION: session_id}))
    rows = user_model._default_manager.using(alias).filter(**{BY_SESSION: session_id})
    return cast("User | None", rows.first())


@cache
def session_user(user_model: type[User], alias: str) -> CompiledLookup[User]:
    """Compile the lookup of a user by the id of a session, for a user model and a database."""
    return CompiledLookup(user_model, {BY_SESSION: EntraSession._meta.get_field("id")}, alias)
