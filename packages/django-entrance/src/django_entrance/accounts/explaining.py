"""Says in words why a user has a right, or has it not, and what a token would give. Nothing is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Literal, NamedTuple

from django.contrib.auth import get_user_model
from django.db import router
from django.db.models import QuerySet

from django_entrance.accounts.access import newest_grant, plan_change
from django_entrance.accounts.application_users import find_application_user
from django_entrance.accounts.current_rights import read_user_rights
from django_entrance.accounts.django_groups import missing_groups
from django_entrance.accounts.grants import GROUP, Applied, Grant, by_settings, read_applied
from django_entrance.accounts.linked_users import ACCESS, find_user
from django_entrance.conf.loading import current_settings
from django_entrance.models import EntraAccount
from django_entrance.verification.identity import Identity

if TYPE_CHECKING:  # the project's own user model, whichever it is
    from django.contrib.auth.models import User

Sources = Mapping[str, list[str]]
"""Right → what gives it, in words."""


class RightSource(NamedTuple):
    """What gives a right: the key of ``ACCESS``, and the app role or the object id of the Entra group in it."""

    kind: Literal["app_roles", "groups"]
    name: str


def rights_from_entra(user: User) -> Mapping[str, list[RightSource]]:
    """Return what gives a user each right that came from Entra. Rights that were given by hand are not in it.

    A right is a Django group as ``group:NAME``, or a flag such as ``is_staff``. The list is empty if the role or group
    gives it no longer: the next request takes it away.
    """
    applied = list(map(read_applied, accounts_of(user).values_list("access", flat=True)))
    grants = grants_now(applied)
    return {right: sources_of(right, grants) for each in applied for right in sorted(each.given)}


def accounts_of(user: User) -> QuerySet[EntraAccount]:
    return EntraAccount.objects.using(router.db_for_read(get_user_model())).filter(user=user.pk).order_by("pk")


def grants_now(applied: Iterable[Applied]) -> list[Grant]:
    """Return what Entra said last, by ``ACCESS`` as it is now."""
    return [grant for each in applied for grant in by_settings(each.grants, current_settings()).values()]


def explain_user(user: User) -> Iterator[str]:
    """Yield a line for each account, for each right that ``ACCESS`` or Entra gives, and for what would change now."""
    people = router.db_for_read(get_user_model())
    accounts = list(accounts_of(user))
    applied = [read_applied(account.access) for account in accounts]
    yield f"{user.get_username()}: {'active' if user.is_active else 'deactivated'}"
    if not accounts:
        yield "no Microsoft account is connected: every right was given by hand"
    for account, each in zip(accounts, applied, strict=True):
        yield f"Microsoft account {account.object_id} in {account.tenant_id}"
        for name, grant in each.grants.items():
            yield f"  Entra said last, through {name}: {without_none(grant)}"
    given = frozenset(right for each in applied for right in each.given)
    yield from explain_rights(user, grants_now(applied), given, people)


def explain_rights(user: User, grants: list[Grant], given: frozenset[str], people: str) -> Iterator[str]:
    sources = every_source()
    has, missing = read_user_rights(user, sources.keys() | given, people), frozenset(missing_groups())
    now = {
        right: [shown_source(each) for each in sources_of(right, grants)] for right in sorted(sources.keys() | given)
    }
    for right, by in now.items():
        yield f"{shown(right)}: {why(right, has, given, by, sources, missing)}"
    for source in idle_sources(grants):
        yield f"does not apply: {source}"
    wanted = {right for right, by in now.items() if by}
    yield from changes(wanted - has - {GROUP + name for name in missing}, (given - wanted) & has)


def why(
    right: str, has: frozenset[str], given: frozenset[str], by: list[str], sources: Sources, missing: frozenset[str]
) -> str:
    """Return whether the user has a right, and from where."""
    if right in has and right in given:
        return f"yes, from Entra: {' and '.join(by) or 'a role or group that gives it no longer'}"
    if right in has:
        return f"yes, by hand{f'; {by[0]} would give it, too' if by else ''}"
    if right.removeprefix(GROUP) in missing and right.startswith(GROUP):
        return "no: there is no Django group of this name"
    if right in given and by:
        return f"no: it was taken away by hand, though {by[0]} gives it"
    return f"no: {' or '.join(by or sources.get(right, ['nothing']))} would give it"


def every_source() -> Sources:
    """Return what would give each right that ``ACCESS`` names."""
    access = current_settings().ACCESS
    named = [(role_name(role), rights) for role, rights in access.app_roles.items()]
    named += [(group_name(group), rights) for group, rights in access.groups.items()]
    rights = sorted({right for _, each in named for right in each})
    return {right: [source for source, each in named if right in each] for right in rights}


def sources_of(right: str, grants: list[Grant]) -> list[RightSource]:
    """Return which roles and groups of Entra give a right now."""
    access = current_settings().ACCESS
    roles = [RightSource("app_roles", role) for each in grants for role in each.roles]
    groups = [RightSource("groups", group) for each in grants for group in each.groups]
    given = {"app_roles": access.app_roles, "groups": access.groups}
    return [each for each in dict.fromkeys(roles + groups) if right in given[each.kind][each.name]]


def shown_source(source: RightSource) -> str:
    return role_name(source.name) if source.kind == "app_roles" else group_name(source.name)


def idle_sources(grants: list[Grant]) -> Iterator[str]:
    access = current_settings().ACCESS
    roles = {role for each in grants for role in each.roles}
    groups = {group for each in grants for group in each.groups}
    yield from (role_name(role) for role in access.app_roles if role not in roles)
    yield from (group_name(group) for group in access.groups if group not in groups)


def explain_identity(identity: Identity) -> Iterator[str]:
    """Yield what a verified token would give, without other claims of it.

    Raises:
        Refused: as at a request with the token.
    """
    kind = "application" if identity.is_application else "guest" if identity.is_guest else "person"
    yield f"{kind} {identity.object_id} in {identity.tenant_id}, through the client {identity.client_id}"
    yield f"authority: {identity.authority}"
    if identity.is_application:
        user = find_application_user(identity)
        yield f"user: {user.get_username()}, as APPLICATIONS says; ACCESS gives applications nothing"
        return
    person = find_user(identity)
    yield "user: none yet" if person is None else f"user: {person.get_username()}"
    grant = newest_grant(identity, "" if person is None else getattr(person, ACCESS))
    yield f"ACCESS names of it: {without_none(grant)}"
    if others := sorted(identity.app_roles - set(grant.roles)):
        yield f"ACCESS does not name: {', '.join(map(role_name, others))}"
    if person is None:
        yield from changes(set(grant.rights) - {GROUP + name for name in missing_groups()}, set())
    else:
        change = plan_change(person, identity, grant, router.db_for_read(get_user_model()))
        yield from changes(change.gained, change.lost)


def changes(gained: frozenset[str] | set[str], lost: frozenset[str] | set[str]) -> Iterator[str]:
    for word, rights in (("gain", gained), ("lose", lost)):
        if rights:
            yield f"the next request would {word}: {', '.join(map(shown, sorted(rights)))}"
    if not gained and not lost:
        yield "nothing would change"


def without_none(grant: Grant) -> str:
    return ", ".join([*map(role_name, grant.roles), *map(group_name, grant.groups)]) or "nothing that ACCESS names"


def role_name(role: str) -> str:
    return f"app role {role}"


def group_name(group: str) -> str:
    return f"Entra group {group}"


def shown(right: str) -> str:
    return f"Django group {right.removeprefix(GROUP)}" if right.startswith(GROUP) else right
