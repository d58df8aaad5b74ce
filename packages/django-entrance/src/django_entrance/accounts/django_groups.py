"""The Django groups that ``ACCESS`` names: makes those that are missing after ``migrate``, and tells which they are."""

from __future__ import annotations

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import DatabaseError, connections, router, transaction

from django_entrance.accounts.grants import GROUP
from django_entrance.conf.loading import problems_at_start, read_raw
from django_entrance.conf.options import read_access
from django_entrance.conf.rights_validation import has_groups


def make_missing_groups(*, using: str, **_: object) -> None:
    """Make the groups that ``ACCESS`` names and that are not there, in the database that people are in."""
    if using != router.db_for_write(get_user_model()) or not router.allow_migrate_model(using, Group):
        return
    if problems_at_start() or Group._meta.db_table not in connections[using].introspection.table_names():
        return
    for name in named_groups():
        Group.objects.using(using).get_or_create(name=name)


def missing_groups() -> list[str]:
    """Return the names in ``ACCESS`` that no Django group has; none while there are no tables yet."""
    alias, names = router.db_for_read(get_user_model()), named_groups()
    if not names:
        return []
    try:
        with transaction.atomic(using=alias):
            there = set(Group.objects.using(alias).filter(name__in=names).values_list("name", flat=True))
    except DatabaseError:
        return []
    return [name for name in names if name not in there]


def named_groups() -> list[str]:
    if not has_groups(get_user_model()):
        return []
    sources = read_access(read_raw().get("ACCESS") or {})  # nothing is kept: settings may still change before the start
    rights = {right for each in sources for rights in each.values() for right in rights}
    return sorted(right.removeprefix(GROUP) for right in rights if right.startswith(GROUP))
