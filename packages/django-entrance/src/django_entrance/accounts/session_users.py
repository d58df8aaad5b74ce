"""Finds the user of a session that a sign-in with Entra started, and the account of one that starts."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, cast

from django.db import router

from django_entrance.accounts.compiled_lookup import CompiledLookup
from django_entrance.accounts.linked_users import has_plain_manager
from django_entrance.models import EntraAccount, EntraSession
from django_entrance.verification.identity import Identity

if TYPE_CHECKING:  # the project's own user model, whichever it is
    from django.contrib.auth.models import User

BY_SESSION = "entra_sessions__id"


def find_session_user(session_id: str) -> User | None:
    """Return the active user of a session, or None: it was ended, or its account or user is gone or deactivated.

    One query, and a second one before a session is found to be over, where reading has a database of its own.
    """
    user_model = cast("type[User]", EntraSession.user.field.related_model)
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
    return rows.first()


def find_account(identity: Identity, alias: str) -> EntraAccount | None:
    """Return the account of an identity as a database has it now. One query."""
    lookup = account_of(alias)
    return lookup.first(lookup.params({"tenant_id": identity.tenant_id, "object_id": identity.object_id}))


@cache
def account_of(alias: str) -> CompiledLookup[EntraAccount]:
    """Compile the lookup of an account by its ids, for a database."""
    fields = {name: EntraAccount._meta.get_field(name) for name in ("tenant_id", "object_id")}
    return CompiledLookup(EntraAccount, fields, alias)


@cache
def session_user(user_model: type[User], alias: str) -> CompiledLookup[User]:
    """Compile the lookup of a user by the id of a session, for a user model and a database."""
    return CompiledLookup(user_model, {BY_SESSION: EntraSession._meta.get_field("id")}, alias)
