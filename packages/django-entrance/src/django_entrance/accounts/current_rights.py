"""Reads which of the managed rights a user has, and what the person's accounts say of them, in one query."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from django.contrib.auth.models import Group
from django.db.models import Case, CharField, Exists, OuterRef, Q, QuerySet, Value, When

from django_entrance.accounts.grants import GROUP
from django_entrance.conf.access_validation import has_groups
from django_entrance.models import EntraAccount
from django_entrance.verification.identity import Identity

if TYPE_CHECKING:  # the project's own user model, whichever it is
    from django.contrib.auth.models import User


class Has(NamedTuple):
    """The Django groups that exist, by right; the rights that a user has; the ``access`` of this account and others."""

    groups: Mapping[str, Any]
    rights: frozenset[str]
    own: str | None
    others: Mapping[Any, str]


def read_rights(user: User, identity: Identity, rights: Iterable[str], people: str) -> Has:
    """Return what a user has of the rights that are named, and what the person's accounts say at the same moment.

    Flags are those of the user that was read before: while ``access`` says the same, they are, too.
    """
    names = [right.removeprefix(GROUP) for right in rights if right.startswith(GROUP)]
    flags = {right for right in rights if not right.startswith(GROUP) and getattr(user, right, False)}
    rows = accounts_as_rows(user, identity, people)
    if names and has_groups(type(user)):
        rows = groups_as_rows(user, names, people).union(rows, all=True)
    found: dict[str, dict[Any, Any]] = {"group": {}, "mine": {}, "own": {}, "other": {}}
    for kind, text, key in rows:
        found[kind][key] = text
    groups = {GROUP + name: key for key, name in (found["group"] | found["mine"]).items()}
    mine = {GROUP + name for name in found["mine"].values()}
    return Has(groups, frozenset(flags | mine), next(iter(found["own"].values()), None), found["other"])


def read_user_rights(user: User, rights: Iterable[str], people: str) -> frozenset[str]:
    """Return which of the rights a user has."""
    flags = {right for right in rights if not right.startswith(GROUP) and getattr(user, right, False)}
    names = user.groups.using(people).values_list("name", flat=True) if has_groups(type(user)) else ()
    return frozenset(flags | ({GROUP + name for name in names} & set(rights)))


def groups_as_rows(user: User, names: list[str], people: str) -> QuerySet[Any, Any]:
    mine = type(user)._base_manager.filter(pk=user.pk, groups=OuterRef("pk"))
    rows = Group.objects.using(people).filter(name__in=names).order_by()
    return rows.annotate(kind=either("mine", Exists(mine), "group")).values_list("kind", "name", "pk")


def accounts_as_rows(user: User, identity: Identity, people: str) -> QuerySet[Any, Any]:
    own = Q(tenant_id=identity.tenant_id, object_id=identity.object_id)
    rows = EntraAccount.objects.using(people).filter(user=user.pk).order_by()
    return rows.annotate(kind=either("own", own, "other")).values_list("kind", "access", "pk")


def either(name: str, condition: Any, other: str) -> Case:
    return Case(When(condition, then=Value(name)), default=Value(other), output_field=CharField(max_length=5))
