"""Takes rights back when the account that gave them is deleted, or given to another user."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from django_entrance.accounts.access import Change, rights_of, write_flags, write_groups
from django_entrance.accounts.grants import GROUP, Applied, by_settings, read_applied, write_applied
from django_entrance.accounts.session_index import forget_tokens
from django_entrance.accounts.user_rows import unchanged, user_row
from django_entrance.conf.loading import current_settings
from django_entrance.conf.rights_validation import has_groups
from django_entrance.models import DisconnectedUser, EntraAccount, EntraSession


def withdraw_access(*, instance: EntraAccount, using: str, **_: object) -> None:
    """Take back what an account gave before it is deleted, unless another account of the user gives it, too.

    ``instance`` may be older than what the account gives by now, so that is read under the lock.
    """
    user_row(instance.user_id, using).update(**unchanged())
    accounts = EntraAccount.objects.using(using).filter(user=instance.user_id)
    given = read_applied(accounts.filter(pk=instance.pk).values_list("access", flat=True).first() or "").given
    user = user_row(instance.user_id, using).first() if given else None
    if user is None:
        return
    kept = inherit(given, accounts.exclude(pk=instance.pk))
    groups = {GROUP + group.name: group.pk for group in user.groups.all()} if has_groups(type(user)) else {}
    flags = {right for right in given if getattr(user, right, False)}
    lost = (given - kept) & (flags | groups.keys())
    change = Change(frozenset(), lost, groups, Applied(), {})
    write_flags(user, change.flags, using)
    write_groups(user, change)


def withdraw_moved_access(*, instance: EntraAccount, using: str, update_fields: Any, **_: object) -> None:
    """Receive ``pre_save``: where code has given an account to another user, take back what the former one got by it.

    The next token gives it to the new user. Sessions of the account end.
    """
    if instance._state.adding or not {"user", "user_id"} & set(update_fields or ["user"]):
        return
    stored = EntraAccount.objects.using(using).filter(pk=instance.pk)
    before = stored.first()
    if before is not None and before.user_id != instance.user_id:
        with transaction.atomic(using=using):
            withdraw_access(instance=before, using=using)
            stored.update(access="", settled="")
            DisconnectedUser.objects.using(using).get_or_create(user_id=before.user_id)
            forget_tokens(instance=before, using=using)
            EntraSession.objects.using(using).filter(account=instance.pk).delete()
        instance.access = instance.settled = ""


def inherit(given: frozenset[str], others: Iterable[EntraAccount]) -> frozenset[str]:
    """Note rights as given by another account that gives them; return those that one does."""
    kept: frozenset[str] = frozenset()
    for other in others:
        applied = read_applied(other.access)
        if shared := given & rights_of([by_settings(applied.grants, current_settings())]):
            other.access = write_applied(applied._replace(given=applied.given | shared))
            other.save(update_fields=["access"])
            kept |= shared
    return kept
