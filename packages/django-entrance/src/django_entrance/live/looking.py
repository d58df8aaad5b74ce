"""Looks at the callers of many connections at once: a handful of queries, however many there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib import import_module
from itertools import islice
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.core.exceptions import FieldDoesNotExist
from django.core.handlers.asgi import ASGIRequest
from django.db import router
from django.db.models import BooleanField, ManyToManyField
from django.utils import timezone

from django_entrance.accounts.session_index import id_in, sessions
from django_entrance.models import EntraAccount

AT_ONCE = 500
"""Rows that a query asks for by their keys."""

RIGHTS = "groups", "user_permissions"
"""The relations of Django's user model that give rights."""


class Facts(NamedTuple):
    """What must not change while a connection is open, or its caller is authenticated again."""

    user: object
    """Whether the user is active, and what changes with the password; None without one."""
    is_linked: bool
    """Whether the account of a token, or the row of a session of Entra's, is there."""
    session: Mapping[str, Any] | None


class Seen(NamedTuple):
    """What the database says of a caller now."""

    user: Any
    facts: Facts
    rights: frozenset[object]


def first_facts(request: ASGIRequest) -> Facts:
    """Return the facts of a caller who was authenticated just now."""
    return Facts(state_of(request.user), True, dict(request.session.items()) if watches_session(request) else None)


def look(requests: Sequence[ASGIRequest]) -> list[Seen]:
    """Return what the database for writing says of the callers: a replica may lag behind what was announced."""
    keys = {key for each in requests if (key := user_key(each)) is not None}
    users, rights, linked = read_users(keys), read_rights(keys), read_accounts(keys)
    kept = read_sessions({str(each.session.session_key) for each in requests if watches_session(each)})
    rows = read_session_rows({key for each in requests if (key := session_row(each)) is not None})

    def see(request: ASGIRequest) -> Seen:
        user = users.get(user_key(request))
        session = kept.get(str(request.session.session_key)) if watches_session(request) else None
        row, account = session_row(request), account_key(request)
        is_linked = (row is None or row in rows) and (account is None or account in linked)
        facts = Facts(state_of(user), is_linked, session)
        return Seen(user, facts, flags_of(user) | frozenset(rights.get(user_key(request), ())))

    return [see(each) for each in requests]


def rights_of(user: Any) -> frozenset[object]:
    """Return the rights of one user: true flags, groups and permissions."""
    key = key_of(user)
    return flags_of(user) | frozenset(() if key is None else read_rights({key}).get(key, ()))


def key_of(user: Any) -> Any:
    """Return the primary key in the user model, also for a user of a child model; None for no such user."""
    model = get_user_model()
    return getattr(user, model._meta.pk.attname) if isinstance(user, model) else None


def person_behind(user: Any) -> Any:
    """Return what stands for a user in a count, or None for no person: users of two models may have one key."""
    key = key_of(user)
    return key if key is not None or user.pk is None else (user.__class__, user.pk)


def user_key(request: ASGIRequest) -> Any:
    return key_of(request.user)


def watches_session(request: ASGIRequest) -> bool:
    """Return whether a session stands behind the connection; beside a bearer token, the session does not count."""
    return door_of(request) != "bearer" and request.session.session_key is not None


def door_of(request: ASGIRequest) -> str | None:
    identity = request.entra  # type: ignore[attr-defined]  # of the middleware
    return None if identity is None else identity.door


def session_row(request: ASGIRequest) -> Any:
    """Return the key of the ``EntraSession`` behind the connection, or None."""
    return None if door_of(request) in (None, "bearer") else id_in(request.session)


def account_key(request: ASGIRequest) -> tuple[str, str, Any] | None:
    """Return the ids of the account behind a person's bearer token."""
    identity = request.entra  # type: ignore[attr-defined]  # of the middleware
    if door_of(request) != "bearer" or identity.is_application:
        return None
    return identity.tenant_id, identity.object_id, user_key(request)


def state_of(user: Any) -> object:
    if user is None or not user.is_authenticated:
        return None
    return user.is_active, user.get_session_auth_hash()


def flags_of(user: Any) -> frozenset[object]:
    """Return the names of a user's flags that are true."""
    fields = () if user is None or not user.is_authenticated else user._meta.fields
    return frozenset(each.name for each in fields if isinstance(each, BooleanField) and getattr(user, each.attname))


def in_parts(keys: Iterable[Any]) -> Iterator[list[Any]]:
    rest = iter(keys)
    while part := list(islice(rest, AT_ONCE)):
        yield part


def read_users(keys: set[Any]) -> dict[Any, Any]:
    model = get_user_model()
    manager = model._default_manager.using(router.db_for_write(model))
    return {user.pk: user for part in in_parts(keys) for user in manager.filter(pk__in=part)}


def read_rights(keys: set[Any]) -> dict[Any, set[object]]:
    """Return the groups and permissions of users, as pairs of a relation and a key."""
    found: dict[Any, set[object]] = defaultdict(set)
    for name in RIGHTS:
        for user, right in read_relation(name, keys):
            found[user].add((name, right))
    return found


def read_relation(name: str, keys: set[Any]) -> Iterator[tuple[Any, Any]]:
    """Yield the pairs of a relation of the user model, if it has that relation."""
    model = get_user_model()
    try:
        field = model._meta.get_field(name)
    except FieldDoesNotExist:
        return
    if isinstance(field, ManyToManyField):
        through: Any = field.remote_field.through
        ours, theirs = field.m2m_field_name(), field.m2m_reverse_field_name()
        rows = through._default_manager.using(router.db_for_write(model))
        for part in in_parts(keys):
            yield from rows.filter(**{f"{ours}__in": part}).values_list(ours, theirs)


def read_accounts(keys: set[Any]) -> set[tuple[str, str, Any]]:
    accounts = EntraAccount.objects.using(router.db_for_write(EntraAccount))
    columns = "tenant_id", "object_id", "user_id"
    rows = (row for part in in_parts(keys) for row in accounts.filter(user__in=part).values_list(*columns))
    return {(str(tenant), str(person), user) for tenant, person, user in rows}


def read_session_rows(keys: set[Any]) -> set[Any]:
    return {key for part in in_parts(keys) for key in sessions().filter(pk__in=part).values_list("pk", flat=True)}


def read_sessions(keys: set[str]) -> dict[str, Mapping[str, Any]]:
    """Return what Django's sessions contain. Those of other engines than the database's are loaded one by one."""
    store = import_module(settings.SESSION_ENGINE).SessionStore
    if not issubclass(store, DatabaseStore):
        return {key: store(key).load() for key in keys}
    model = store.get_model_class()
    living = model.objects.using(router.db_for_write(model)).filter(expire_date__gt=timezone.now())
    rows = (row for part in in_parts(keys) for row in living.filter(session_key__in=part))
    return {row.session_key: row.get_decoded() for row in rows}
