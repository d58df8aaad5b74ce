"""Plans and does for a list of people beforehand what ``adopting`` does for one person at the first sign-in."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from django.db import router
from django.db.models import Q
from django.db.models.functions import Lower

from django_entrance.accounts.addresses import EXTERNAL
from django_entrance.accounts.adopting import lies_in, names_of, unlinked, why_not
from django_entrance.accounts.conflicts import name_fields, people
from django_entrance.accounts.linking import link_user
from django_entrance.conf.loading import current_settings
from django_entrance.entra.directory import DirectoryPerson
from django_entrance.models import EntraAccount
from django_entrance.verification.errors import Refused

if TYPE_CHECKING:  # the project's own user model, whichever it is
    from django.contrib.auth.models import User

SHARED = "several people of the list fit this user"

AT_ONCE = 200
"""People that are looked up in one query."""


class Outcome(NamedTuple):
    """What becomes of a person: the user to bind, or why none is bound."""

    person: DirectoryPerson
    user: Any
    reason: str

    @property
    def binds(self) -> bool:
        return self.user is not None and not self.reason


def plan(tenant_id: str, people: list[DirectoryPerson]) -> list[Outcome]:
    """Return what would become of each person, in their order. Nothing is written."""
    listed = Counter(name for person in people for name in (person.username, person.object_id))
    found: list[Outcome] = []
    for first in range(0, len(people), AT_ONCE):
        some = people[first : first + AT_ONCE]
        users, bound = users_by_name(some), bound_users(tenant_id, some)
        found += (outcome(each, users[each.username], bound.get(each.object_id), listed) for each in some)
    fits = Counter(each.user.pk for each in found if each.user is not None and each.binds)
    return [each._replace(reason=SHARED) if each.binds and fits[each.user.pk] > 1 else each for each in found]


def outcome(person: DirectoryPerson, fitting: list[User], bound: User | None, listed: Mapping[str, int]) -> Outcome:
    if bound is not None:
        return Outcome(person, bound, "the person is connected already")
    reason = why_not_person(person, listed) or why_not(fitting)
    return Outcome(person, None if reason else unlinked(fitting)[0], reason)


def why_not_person(person: DirectoryPerson, listed: Mapping[str, int]) -> str:
    """Return why a person may not be bound to any user, or an empty text."""
    domains = current_settings().ADOPT_DOMAINS
    if listed[person.username] > 1:
        return f"the list has this user principal name {listed[person.username]} times"
    if listed[person.object_id] > 1:
        return f"the list has this object id {listed[person.object_id]} times"
    if person.is_guest or EXTERNAL.fullmatch(person.username):
        return "the person is a guest of the tenant"
    if not person.is_enabled:
        return "the person is disabled in Entra"
    if domains and not lies_in(person.username, domains):
        return "the domain is not in ADOPT_DOMAINS"
    return ""


def users_by_name(some: Iterable[DirectoryPerson]) -> Mapping[str, list[User]]:
    """Return the users with each of the names, in one query."""
    names = {person.username for person in some}
    found: dict[str, list[User]] = defaultdict(list)
    same, lower = Q(pk__in=()), {}
    for field in name_fields():
        lower[f"lower_{field.name}"] = Lower(field.name)
        same |= Q(**{f"lower_{field.name}__in": names})
    for user in (
        people().alias(**lower).filter(same).select_related("entra_disconnected").prefetch_related("entra_accounts")
    ):
        for name in names & names_of(user):
            found[name].append(user)
    return found


def bound_users(tenant_id: str, some: Iterable[DirectoryPerson]) -> Mapping[str, User]:
    """Return the users of those who have an account already, by object id."""
    ids = [UUID(person.object_id) for person in some]
    rows = EntraAccount.objects.using(router.db_for_write(EntraAccount)).filter(tenant_id=tenant_id, object_id__in=ids)
    return {str(account.object_id): account.user for account in rows.select_related("user")}


def bind(tenant_id: str, planned: Outcome) -> Outcome:
    """Bind the user that was found; return the outcome, which may have changed meanwhile."""
    user = planned.user
    if user is None or planned.reason:
        return planned
    try:
        link_user(user, tenant_id, planned.person.object_id, how="adopted", as_first=True)
    except Refused as refusal:
        return planned._replace(reason=refusal.title)
    return planned
