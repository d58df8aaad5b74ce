"""Rights: gives a user the Django groups and flags that ``ACCESS`` names for the person's app roles and Entra groups.

Only what ``ACCESS`` names is managed. A right that the user had before is not counted as given, so it stays when the
role goes. The account's row says what was last applied: a request whose token says the same reads and writes nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import DatabaseError, router, transaction
from django.db.models import BooleanField, QuerySet, Value
from django.db.models.functions import Replace

from django_entrance.accounts.current_rights import read_rights
from django_entrance.accounts.grants import (
    GROUP,
    NOTHING,
    Applied,
    Grant,
    by_settings,
    current_grant,
    is_applied,
    read_applied,
    registration,
    write_applied,
)
from django_entrance.accounts.linked_users import ACCESS
from django_entrance.accounts.user_rows import unchanged, user_row
from django_entrance.conf.loading import current_settings
from django_entrance.conf.options import EntranceSettings
from django_entrance.models import EntraAccount
from django_entrance.signals import access_changed
from django_entrance.verification.errors import UserDisabled
from django_entrance.verification.identity import Identity

if TYPE_CHECKING:  # the project's own user model, whichever it is
    from django.contrib.auth.models import User


def apply_access(user: User, identity: Identity) -> User:
    """Give and take what the person's roles and groups say, when that differs from what was last applied.

    Raises:
        OverageUnresolved, GraphUnreachable: as ``current_grant`` does.
        UserDisabled: the user or the account was deleted meanwhile.
    """
    last: str = getattr(user, ACCESS)
    grant, settings = newest_grant(identity, last), current_settings()
    name = registration(identity, settings)
    if not is_applied(last, name, grant, settings):
        change_access(user, identity, grant)
    return user


def newest_grant(identity: Identity, last: str) -> Grant:
    """Return what ``ACCESS`` gives the person now; for a token older than the one that was applied, what that gives."""
    name, applied = registration(identity, current_settings()), read_applied(last)
    if issued_at(identity) < applied.since.get(name, 0):
        return by_settings(applied.grants, current_settings()).get(name, NOTHING)
    return current_grant(identity, last)


def issued_at(identity: Identity) -> int:
    at: int = identity.claims.all["iat"]
    return at


class Change(NamedTuple):
    """Rights to give and to take; what this account and the person's other ones say after it, by primary key.

    ``is_late`` tells that another request has changed them since the user was read.
    """

    gained: frozenset[str]
    lost: frozenset[str]
    groups: Mapping[str, Any]
    applied: Applied
    others: Mapping[Any, str]
    is_late: bool = False

    @property
    def flags(self) -> dict[str, bool]:
        return {right: right in self.gained for right in self.gained | self.lost if not right.startswith(GROUP)}


def change_access(user: User, identity: Identity, grant: Grant) -> None:
    """Write what differs, once for several requests at the same moment, and tell ``access_changed``."""
    people = router.db_for_write(get_user_model())
    change: Change | None = None
    plan = plan_change(user, identity, grant, people)
    with transaction.atomic(using=people, savepoint=False):  # a refusal inside would spoil a transaction around it
        is_there = True
        if write_as_planned(user, identity, plan, people):
            change = plan
        elif is_there := lock(user, identity, people):
            change = plan_again(user, identity, grant, people)
            write_flags(user, change.flags if change else {}, people)
        if change is not None:
            write_groups(user, change)
    if not is_there:
        raise UserDisabled()
    if change is not None and (change.gained or change.lost):
        access_changed.send(sender=type(user), user=user, identity=identity, gained=change.gained, lost=change.lost)


def write_as_planned(user: User, identity: Identity, plan: Change, people: str) -> bool:
    """Write flags and what is applied, unless either has changed since it was read; then nothing is written.

    The user's row is written before the account's, even without a flag: every transaction locks the two in this order.
    """
    if plan.is_late or plan.others:
        return False
    before = {name: getattr(user, name) for name in plan.flags}
    if not user_row(user.pk, people).filter(**before).update(**(plan.flags or unchanged())):
        return False
    if save_applied(user, identity, plan.applied, people):
        set_flags(user, plan.flags)
        return True
    write_flags(user, before, people)
    return False


def lock(user: User, identity: Identity, people: str) -> bool:
    """Lock the person's row and accounts until the transaction ends, and read again what may have changed before.

    Return False when account or user are gone, or the user was deactivated.
    """
    user_row(user.pk, people).update(**unchanged())
    text = account(identity, people).values_list("access", flat=True).first()
    flags = [field.attname for field in user._meta.fields if isinstance(field, BooleanField)]
    now = user_row(user.pk, people).values(*flags, "pk").first()
    if text is None or now is None or not now.get("is_active", True):
        return False
    set_flags(user, {ACCESS: text, **{flag: now[flag] for flag in flags}})
    return True


def plan_again(user: User, identity: Identity, grant: Grant, people: str) -> Change | None:
    """Plan under the lock, and write what the accounts say; None when another request has applied the same by now."""
    settings, name = current_settings(), registration(identity, current_settings())
    if issued_at(identity) < read_applied(getattr(user, ACCESS)).since.get(name, 0):
        grant = newest_grant(identity, getattr(user, ACCESS))  # that of a newer token, applied at this moment
    if is_applied(getattr(user, ACCESS), name, grant, settings):
        return None
    change = plan_change(user, identity, grant, people)
    save_applied(user, identity, change.applied, people)
    for key, text in change.others.items():
        EntraAccount.objects.using(people).filter(pk=key).update(access=text)
    return change


def plan_change(user: User, identity: Identity, grant: Grant, people: str) -> Change:
    settings = current_settings()
    before = read_applied(getattr(user, ACCESS))
    names = before.given | managed_rights(settings)
    has = read_rights(user, identity, names, people)
    others = {key: read_applied(text) for key, text in has.others.items()}
    if more := before.given.union(*(each.given for each in others.values())) - names:
        has = read_rights(user, identity, names | more, people)
    name = registration(identity, settings)
    grants = by_settings(before.grants, settings) | {name: grant}
    since = {**before.since, name: max(issued_at(identity), before.since.get(name, 0))}
    wanted = rights_of([grants, *(by_settings(each.grants, settings) for each in others.values())])
    given = before.given.union(*(each.given for each in others.values()))
    possible = frozenset(right for right in wanted if not right.startswith(GROUP) or right in has.groups)
    gained, lost = possible - has.rights, (given - wanted) & has.rights
    return Change(
        gained,
        lost,
        has.groups,
        before._replace(grants=grants, given=(before.given & possible & has.rights) | gained, since=since),
        {key: write_applied(each._replace(given=each.given & possible)) for key, each in others.items()},
        is_late=has.own != getattr(user, ACCESS),
    )


def managed_rights(settings: EntranceSettings) -> frozenset[str]:
    return frozenset(right for sources in settings.ACCESS for rights in sources.values() for right in rights)


def rights_of(every: Iterable[Mapping[str, Grant]]) -> frozenset[str]:
    return frozenset(right for grants in every for each in grants.values() for right in each.rights)


def save_applied(user: User, identity: Identity, applied: Applied, people: str) -> bool:
    """Write what is applied, unless another request has changed it since it was read."""
    text = write_applied(applied)
    if not account(identity, people).filter(access=getattr(user, ACCESS)).update(access=text):
        return False
    setattr(user, ACCESS, text)
    return True


def account(identity: Identity, people: str) -> QuerySet[EntraAccount]:
    rows = EntraAccount.objects.using(people)
    return rows.filter(tenant_id=identity.tenant_id, object_id=identity.object_id)


def write_groups(user: User, change: Change) -> None:
    """Add and remove group memberships: at most two queries."""
    if added := [change.groups[right] for right in change.gained if right in change.groups]:
        user.groups.add(*added)
    if removed := [change.groups[right] for right in change.lost if right in change.groups]:
        user.groups.remove(*removed)


def write_flags(user: User, flags: Mapping[str, bool], people: str) -> None:
    """Write flags without the model's ``save``, which may refuse a row for another reason: rights go even then."""
    set_flags(user, flags)
    if flags:
        user_row(user.pk, people).update(**flags)


def set_flags(user: User, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(user, name, value)


def reapply_to_new_group(*, instance: Group, created: bool, **_: object) -> None:
    """Let the rights of people who lack a group, because it was missing, be applied at their next request."""
    if not created:
        return
    name, alias = json.dumps(GROUP + instance.name), router.db_for_write(EntraAccount)
    rows = EntraAccount.objects.using(alias).filter(access__contains=name)
    with suppress(DatabaseError), transaction.atomic(using=alias):  # the table may not be there yet
        rows.update(access=Replace("access", Value(name), Value(name[:-1] + '?"')))
