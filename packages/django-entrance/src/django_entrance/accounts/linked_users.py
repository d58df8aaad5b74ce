"""Finds the user that an identity is linked to, through the user model's default manager."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from django.db import router
from django.db.models import F, QuerySet

from django_entrance.accounts.compiled_lookup import CompiledLookup, Params, is_plain
from django_entrance.accounts.identity_cache import IdentityCache
from django_entrance.conf.loading import current_settings
from django_entrance.models import EntraAccount
from django_entrance.verification.errors import UserDisabled
from django_entrance.verification.identity import Identity

if TYPE_CHECKING:  # stands for the project's user model
    from django.contrib.auth.models import User

#: The account's column that is read with its user, and the user's attribute for it.
SETTLED = "entra_settled"
ACCESS = "entra_access"
ANNOTATIONS = {SETTLED: "entra_accounts__settled", ACCESS: "entra_accounts__access"}


def find_user(identity: Identity, *, using: str | None = None) -> User | None:
    """Return the linked user by tenant id and object id, never by a name or an address. One query.

    ``using`` is a database alias; it defaults to the router's for reading, or the default manager's own.

    Raises:
        UserDisabled: the user's ``is_active`` is False.
    """
    user_model = EntraAccount.user.field.related_model
    user = read_compiled(identity, using) if has_plain_manager(user_model) else read_managed(identity, using)
    if user is not None and not user.is_active:
        raise UserDisabled()
    return user


def find_known_user(identity: Identity) -> User | None:
    """Return the linked user from the database for writing, or None without an account.

    Raises:
        UserDisabled: the user is deactivated, or the default manager hides it. No second user is created.
    """
    ids = {"tenant_id": identity.tenant_id, "object_id": identity.object_id}
    alias = router.db_for_write(EntraAccount)
    if not EntraAccount.objects.using(alias).filter(**ids).exists():
        return None
    user = find_user(identity, using=alias)
    if user is None:
        raise UserDisabled()
    return user


@cache
def has_plain_manager(user_model: type[User]) -> bool:
    return is_plain(user_model._default_manager)


def read_compiled(identity: Identity, using: str | None) -> User | None:
    user_model = EntraAccount.user.field.related_model
    lookup = linked_user(user_model, using or router.db_for_read(user_model))
    return lookup.first(account_ids(identity, lookup))


def read_managed(identity: Identity, using: str | None) -> User | None:
    """Query through a custom default manager. What it hides may change, so the query is not compiled."""
    manager = EntraAccount.user.field.related_model._default_manager
    rows = manager.using(using) if using else manager.all()
    rows = rows.defer(None) if defers_mapped_field(rows) else rows
    ids = {"entra_accounts__tenant_id": identity.tenant_id, "entra_accounts__object_id": identity.object_id}
    found: User | None = rows.filter(**ids).annotate(**{name: F(path) for name, path in ANNOTATIONS.items()}).first()
    return found


def defers_mapped_field(rows: QuerySet[Any]) -> bool:
    """Return whether a field that each request needs would take another query."""
    names, is_deferred = rows.query.deferred_loading
    needed = ("is_active", *current_settings().CLAIM_MAPPING)
    return bool(names) and any((name in names) == is_deferred for name in needed)


@cache
def linked_user(user_model: type[User], alias: str) -> CompiledLookup[User]:
    """Compile the lookup of a user by the account's ids, for a user model and a database."""
    fields = {f"entra_accounts__{name}": EntraAccount._meta.get_field(name) for name in ("tenant_id", "object_id")}
    return CompiledLookup(user_model, fields, alias, ANNOTATIONS)


@IdentityCache
def account_ids(identity: Identity, lookup: CompiledLookup[User]) -> Params:
    return lookup.params(
        {"entra_accounts__tenant_id": identity.tenant_id, "entra_accounts__object_id": identity.object_id}
    )
