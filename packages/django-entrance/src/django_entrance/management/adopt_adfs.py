"""``manage.py entrance adopt --from-adfs``: binds the users that django-auth-adfs found by name to people of Entra."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping
from functools import partial
from typing import Any, NamedTuple

from django.contrib.auth import get_user_model
from django.db import IntegrityError, router, transaction
from django.db.models import QuerySet

from django_entrance.accounts.addresses import EXTERNAL
from django_entrance.accounts.application_users import is_reserved
from django_entrance.accounts.linking import accounts_of, link_user, lock_user
from django_entrance.conf.auth_adfs import USERNAME_CLAIMS
from django_entrance.conf.loading import current_settings, names_of_adfs_users
from django_entrance.entra.directory import DirectoryPerson
from django_entrance.management.expecting import expect, expect_no_longer, open_rows
from django_entrance.models import EntraAccount
from django_entrance.verification.errors import AccountExists, AlreadyConnected, Refused, UserDisabled
from django_entrance.verification.issuers import GUID

PROPERTIES: Mapping[str, str] = {
    "userPrincipalName": "username",
    "mail": "mail",
    "id": "object_id",
    "onPremisesSamAccountName": "sam_account_name",
}
"""Property of Microsoft Graph → attribute of ``DirectoryPerson``."""

ONLY_GRAPH = "only Microsoft Graph knows the person: add --graph"
TAKEN, CHANGED = "the person belongs to another user", "the user has changed meanwhile"


class Outcome(NamedTuple):
    """What becomes of a user: bound by object id now, expected by user principal name, or neither.

    ``expected`` is the name by which the user is expected already; ``is_refuted``, whether Microsoft Graph says that it
    is not the person's.
    """

    user: Any
    object_id: str = ""
    username: str = ""
    reason: str = ""
    expected: str = ""
    is_refuted: bool = False

    @property
    def binds(self) -> bool:
        return not self.reason and bool(self.object_id)

    @property
    def expects(self) -> bool:
        return not self.reason and not self.object_id


def plan(
    tenant_id: str, authority: str, people: Iterable[DirectoryPerson] | None, *, staff: bool = False
) -> list[Outcome]:
    """Return what would become of each user without an Entra account. Nothing is written.

    Args:
        people: All people of the tenant; None binds by name at the first sign-in.
        staff: Whether staff and superusers are bound. ``ADOPT_STAFF`` does so, too.
    """
    users = [user for user in unbound_users() if not is_reserved(user.get_username())]
    same = Counter(name_of(user) for user in users)
    by_names = partial(by_name, own_domains(authority, users))
    find = by_names if people is None else partial(by_directory, people_by_name(people), authority)
    with_staff = staff or current_settings().ADOPT_STAFF
    reasons = ((user, why_not(user, same[name_of(user)], with_staff=with_staff)) for user in users)
    found = [Outcome(user, reason=why) if why else unless_taken(tenant_id, find(user)) for user, why in reasons]
    expected = dict(open_rows(tenant_id).values_list("user_id", "username"))
    return [each._replace(expected=expected.get(each.user.pk, "")) for each in found]


def unbound_users() -> Iterator[Any]:
    """Yield the users without an Entra account, in the order of their names."""
    user_model = get_user_model()
    rows = user_model._default_manager.using(router.db_for_write(user_model)).order_by(user_model.USERNAME_FIELD)
    bound = set(accounts().values_list("user_id", flat=True))
    return (user for user in rows if user.pk not in bound)


def name_of(user: Any) -> str:
    return str(user.get_username()).lower()


def why_not(user: Any, same: int, *, with_staff: bool) -> str:
    """Return why a user is bound to no person, or an empty string; ``same`` users have the name in any case."""
    if not user.is_active:
        return "the user is deactivated"
    if same > 1:
        return f"{same} users have this name"
    is_staff = getattr(user, "is_staff", False) or getattr(user, "is_superuser", False)
    return "the user is staff: add --staff" if is_staff and not with_staff else ""


def own_domains(authority: str, users: Iterable[Any]) -> Container[str] | None:
    """Return the domains of members' names, or None where every name is a member's.

    Guests' names look the same if they come from a claim of their own. Then a member's domain is one of
    ``ADOPT_DOMAINS``, or without that the one that most users have.
    """
    settings = current_settings()
    if names_of_adfs_users()[1] is None or settings.AUTHORITIES[authority].ALLOW_GUESTS is False:
        return None
    named = Counter(domain_of(user) for user in users if is_principal_name(user.get_username()))
    return settings.ADOPT_DOMAINS or [domain for domain, _ in named.most_common(1)]


def domain_of(user: Any) -> str:
    return name_of(user).rpartition("@")[2]


def by_name(domains: Container[str] | None, user: Any) -> Outcome:
    """Bind by the user name alone: now if it is an object id; a person with a member's address is expected."""
    name, known_by = name_of(user), USERNAME_CLAIMS.get(names_of_adfs_users()[0])
    if known_by == "id" and GUID.fullmatch(name):
        return Outcome(user, object_id=name)
    if known_by == "userPrincipalName" and is_principal_name(user.get_username()):
        is_member = domains is None or domain_of(user) in domains
        return Outcome(user, username=name) if is_member else Outcome(user, reason=ONLY_GRAPH)
    return Outcome(user, reason=why_not_by_name(user.get_username(), known_by))


def is_principal_name(name: str) -> bool:
    """Return whether a name may be a member's user principal name. Guests' names are made by the directory."""
    local, _, domain = name.rpartition("@")
    return bool(local) and "." in domain and not EXTERNAL.fullmatch(name)


def why_not_by_name(name: str, known_by: str | None) -> str:
    if known_by is None:
        return "Microsoft Graph does not know the claim of the user name: use --csv"
    if known_by == "id":
        return "the user name is not an object id"
    if known_by == "userPrincipalName" and not EXTERNAL.fullmatch(name):
        return "the user name is not a user principal name"
    return ONLY_GRAPH


def people_by_name(people: Iterable[DirectoryPerson]) -> Mapping[str, list[DirectoryPerson]]:
    """Return people by the names that django-auth-adfs gave their users; guests may have a claim of their own."""
    claim, guest_claim = names_of_adfs_users()
    attribute, for_guests = (PROPERTIES.get(USERNAME_CLAIMS.get(each or "", "")) for each in (claim, guest_claim))
    named: dict[str, list[DirectoryPerson]] = defaultdict(list)
    for person in people:
        wanted = {attribute, for_guests if person.is_guest else None} - {None}
        for name in {getattr(person, str(each)) for each in wanted} - {""}:
            named[name].append(person)
    return named


def by_directory(named: Mapping[str, list[DirectoryPerson]], authority: str, user: Any) -> Outcome:
    """Bind a user to the one person of the tenant with the name."""
    fitting = named.get(name_of(user), [])
    if len(fitting) != 1:
        return Outcome(user, reason=f"{len(fitting) or 'no'} people of the tenant have this name", is_refuted=True)
    reason = why_not_person(fitting[0], authority)
    return Outcome(user, object_id="" if reason else fitting[0].object_id, reason=reason, is_refuted=bool(reason))


def why_not_person(person: DirectoryPerson, authority: str) -> str:
    if not person.is_enabled:
        return "the person is disabled in Entra"
    refuses_guests = current_settings().AUTHORITIES[authority].ALLOW_GUESTS is False
    return "the person is a guest, and ALLOW_GUESTS is False" if person.is_guest and refuses_guests else ""


def unless_taken(tenant_id: str, planned: Outcome) -> Outcome:
    """Return the outcome, or why it cannot be: the person is bound to another user already."""
    if planned.object_id:
        taken = accounts().filter(tenant_id=tenant_id, object_id=planned.object_id).exists()
    else:
        taken = open_rows(tenant_id).filter(username=planned.username).exclude(user_id=planned.user.pk).exists()
    return planned._replace(reason=TAKEN) if taken and not planned.reason else planned


def accounts() -> QuerySet[EntraAccount]:
    return EntraAccount.objects.using(router.db_for_write(EntraAccount))


def bind(tenant_id: str, planned: Outcome) -> Outcome:
    """Bind a user as planned, or return why that has become impossible. The row of the user is locked meanwhile."""
    if planned.is_refuted:
        expect_no_longer(tenant_id, planned.user)
    if planned.reason:
        return planned
    try:
        with transaction.atomic(using=router.db_for_write(get_user_model())):
            if planned.object_id:
                link_user(planned.user, tenant_id, planned.object_id, how="adopted", as_first=True)
            else:
                refuse_changed(planned.user)
            expect(tenant_id, planned.user, planned.username)
    except (AlreadyConnected, IntegrityError):
        return planned._replace(reason=TAKEN)
    except Refused:
        return planned._replace(reason=CHANGED)
    return planned


def refuse_changed(user: Any) -> None:
    """Lock the user's row; refuse a user who was deactivated, deleted or connected meanwhile."""
    locked = lock_user(user, router.db_for_write(get_user_model()))
    if not locked.is_active:
        raise UserDisabled()
    if accounts_of(locked).exists():
        raise AccountExists()
