"""Rights: gives a user the Django groups and flags that ``ACCESS`` names for the person's app roles and Entra groups.

Only what ``ACCESS`` names is managed. A right that the user had before is not counted as given, so it stays when the
role goes. The account's row says what was last applied: a request whose token says the same reads and writes nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import router, transaction
from django.db.models import Exists, OuterRef, Value
from django.db.models.functions import Replace

from django_entrance.accounts.entra_groups import group_ids, has_overage
from django_entrance.accounts.identity_cache import IdentityCache
from django_entrance.accounts.linked_users import ACCESS
from django_entrance.conf.loading import current_settings
from django_entrance.conf.options import EntranceSettings
from django_entrance.entra.graph import member_groups
from django_entrance.models import EntraAccount
from django_entrance.signals import access_changed
from django_entrance.verification.errors import GraphUnreachable, OverageUnresolved
from django_entrance.verification.identity import Identity

if TYPE_CHECKING:  # the project's own user model, whichever it is
    from django.contrib.auth.models import User

GROUP = "group:"
ATTEMPTS = 3
"""How often a change is tried that another request makes at the same moment."""


class Grant(NamedTuple):
    """What Entra says of a person through one authority: its mapped roles and groups, and the rights that they give."""

    sources: tuple[str, ...]
    rights: tuple[str, ...]


NOTHING = Grant((), ())


class Applied(NamedTuple):
    """What was last applied to a user: the grant of each authority, and the rights that were really added."""

    grants: Mapping[str, Grant]
    given: frozenset[str]


def apply_access(user: User, identity: Identity) -> User:
    """Give and take what the person's roles and groups say, when that differs from what was last applied.

    Raises:
        OverageUnresolved: the token names no groups because they are too many, ``ACCESS`` needs them, and ``OVERAGE``
            is ``"refuse"``.
        GraphUnreachable: Microsoft Graph was asked for the groups and did not answer.
    """
    grant = current_grant(identity)
    if grant is None or grant == read_applied(getattr(user, ACCESS)).grants.get(identity.authority, NOTHING):
        return user
    change_access(user, identity, grant)
    return user


def current_grant(identity: Identity) -> Grant | None:
    """Return what ``ACCESS`` gives the person now; None when that cannot be known and ``OVERAGE`` keeps the last."""
    settings = current_settings()
    if not (settings.ACCESS.groups and has_overage(identity)):
        return granted_by_token(identity, settings)
    try:
        groups = groups_beyond_token(identity, settings)
    except (OverageUnresolved, GraphUnreachable):
        if settings.OVERAGE == "last":
            return None
        raise
    return grant_of(settings, identity.app_roles, groups)


def groups_beyond_token(identity: Identity, settings: EntranceSettings) -> frozenset[str]:
    own = settings.AUTHORITIES[identity.authority]
    if settings.OVERAGE == "refuse" or not own.has_credential:
        raise OverageUnresolved(expected="groups in the token, or client credentials to ask Microsoft Graph with")
    return member_groups(identity, frozenset(settings.ACCESS.groups))


@IdentityCache
def granted_by_token(identity: Identity, settings: EntranceSettings) -> Grant:
    return grant_of(settings, identity.app_roles, group_ids(identity))


def grant_of(settings: EntranceSettings, roles: Iterable[str], groups: Iterable[str]) -> Grant:
    """Return the rights of roles and groups by ``ACCESS``. What it does not name gives nothing."""
    access = settings.ACCESS
    sources = {role: access.app_roles[role] for role in roles if role in access.app_roles}
    sources |= {group: access.groups[group] for group in groups if group in access.groups}
    return Grant(tuple(sorted(sources)), tuple(sorted(set().union(*sources.values()))))


@lru_cache(maxsize=4096)
def read_applied(text: str) -> Applied:
    """Read the account's ``access``."""
    stored = json.loads(text) if text else {}
    grants = {
        name: Grant(tuple(sources), tuple(rights)) for name, (sources, rights) in stored.get("grants", {}).items()
    }
    return Applied(grants, frozenset(stored.get("given", ())))


def write_applied(applied: Applied) -> str:
    grants = {name: [each.sources, each.rights] for name, each in sorted(applied.grants.items()) if each != NOTHING}
    return json.dumps({"grants": grants, "given": sorted(applied.given)}) if grants or applied.given else ""


def change_access(user: User, identity: Identity, grant: Grant) -> None:
    """Write what differs, once for several requests at the same moment, and tell ``access_changed``."""
    people = router.db_for_write(get_user_model())
    for _ in range(ATTEMPTS):
        with transaction.atomic(using=people, savepoint=False):
            change = plan_change(user, identity, grant, people)
            if save_applied(user, identity, change.applied):
                write_rights(user, change, people)
                break
        setattr(user, ACCESS, stored_access(identity))
        if read_applied(getattr(user, ACCESS)).grants.get(identity.authority, NOTHING) == grant:
            return
    if change.gained or change.lost:
        access_changed.send(sender=type(user), user=user, identity=identity, gained=change.gained, lost=change.lost)


class Change(NamedTuple):
    """Rights to give and to take, and what the account's row says after it."""

    gained: frozenset[str]
    lost: frozenset[str]
    groups: Mapping[str, Any]
    applied: Applied


def plan_change(user: User, identity: Identity, grant: Grant, people: str) -> Change:
    before = read_applied(getattr(user, ACCESS))
    grants = {name: each for name, each in before.grants.items() if name in current_settings().AUTHORITIES}
    grants |= {identity.authority: grant}
    wanted = frozenset(right for each in grants.values() for right in each.rights)
    groups, own = groups_and_own_rights(user, wanted | before.given, people)
    possible = frozenset(right for right in wanted if not right.startswith(GROUP) or right in groups)
    gained, lost = possible - own, (before.given - wanted) & own
    return Change(gained, lost, groups, Applied(grants, (before.given & possible) | gained))


def groups_and_own_rights(user: User, rights: Iterable[str], people: str) -> tuple[dict[str, Any], frozenset[str]]:
    """Return the primary keys of the Django groups that are meant, and which of the rights the user has. One query."""
    names = [right.removeprefix(GROUP) for right in rights if right.startswith(GROUP)]
    flags = {right for right in rights if not right.startswith(GROUP) and getattr(user, right, False)}
    if not names or not hasattr(user, "groups"):
        return {}, frozenset(flags)
    mine = type(user)._base_manager.filter(pk=user.pk, groups=OuterRef("pk"))
    named = Group.objects.using(people).filter(name__in=names).annotate(is_mine=Exists(mine))
    found = {GROUP + name: (key, is_mine) for name, key, is_mine in named.values_list("name", "pk", "is_mine")}
    groups = {right: key for right, (key, _) in found.items()}
    return groups, frozenset(flags | {right for right, (_, is_mine) in found.items() if is_mine})


def save_applied(user: User, identity: Identity, applied: Applied) -> bool:
    """Write what is applied, unless another request has changed it since it was read."""
    text = write_applied(applied)
    rows = accounts(identity).filter(access=getattr(user, ACCESS))
    if not rows.update(access=text):
        return False
    setattr(user, ACCESS, text)
    return True


def stored_access(identity: Identity) -> str:
    return accounts(identity).values_list("access", flat=True).first() or ""


def accounts(identity: Identity) -> Any:
    alias = router.db_for_write(EntraAccount)
    return EntraAccount.objects.using(alias).filter(tenant_id=identity.tenant_id, object_id=identity.object_id)


def write_rights(user: User, change: Change, people: str) -> None:
    """Add and remove group memberships, then flags: at most three queries."""
    if added := [change.groups[right] for right in change.gained if right in change.groups]:
        user.groups.add(*added)
    if removed := [change.groups[right] for right in change.lost if right in change.groups]:
        user.groups.remove(*removed)
    flags = {right: right in change.gained for right in change.gained | change.lost if not right.startswith(GROUP)}
    for name, value in flags.items():
        setattr(user, name, value)
    if flags:
        user.save(using=people, update_fields=list(flags))


def reapply_to_new_group(*, instance: Group, created: bool, using: str, **_: object) -> None:
    """Let the rights of people who lack a group, because it was missing, be applied at their next request."""
    if created:
        name = json.dumps(GROUP + instance.name)
        lacking = EntraAccount.objects.using(using).filter(access__contains=name)
        lacking.update(access=Replace("access", Value(name), Value(name[:-1] + '?"')))
