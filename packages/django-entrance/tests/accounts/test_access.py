"""App roles and groups of Entra become Django groups and flags, and go again; what was given by hand stays."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django_entrance.accounts.provisioning import provision
from django_entrance.models import EntraAccount
from django_entrance.signals import access_changed
from django_entrance.verification.errors import OverageUnresolved
from django_entrance.verification.identity import Identity
from identities import person as person_with_role

pytestmark = pytest.mark.django_db

FINANCE = "0f3c0000-0000-4000-8000-0000000000aa"
Queries = Callable[[int], Any]


def person(**changes: Any) -> Identity:
    """Return an identity that has no app roles and groups but those that are named."""
    return person_with_role(**{"roles": None} | changes)


@pytest.fixture(autouse=True)
def access(settings: Any) -> None:
    Group.objects.bulk_create(Group(name=name) for name in ("editors", "admins", "finance", "own"))
    settings.ENTRANCE = settings.ENTRANCE | {
        "ACCESS": {
            "app_roles": {
                "Editor": {"groups": ["editors"]},
                "Admin": {"groups": ["editors", "admins"], "is_staff": True},
                "Root": {"is_superuser": True},
            },
            "groups": {FINANCE.upper(): {"groups": ["finance"]}},
        }
    }


def groups_of(user: User) -> set[str]:
    return set(user.groups.values_list("name", flat=True))


def test_roles_and_groups_give_what_access_names() -> None:
    user = provision(person(roles=["Admin", "Unmapped", "Superusers"], groups=[FINANCE, "editors"], wids=[FINANCE]))
    assert groups_of(user) == {"editors", "admins", "finance"}
    assert (user.is_staff, user.is_superuser) == (True, False)


def test_a_role_that_is_taken_away_is_gone_at_the_next_token() -> None:
    provision(person(roles=["Admin", "Root"]))
    user = provision(person(roles=["Editor"]))
    assert groups_of(user) == {"editors"}
    user.refresh_from_db()
    assert (user.is_staff, user.is_superuser) == (False, False)


def test_what_was_given_by_hand_stays() -> None:
    user = provision(person())
    user.groups.add(Group.objects.get(name="editors"), Group.objects.get(name="own"))
    User.objects.update(is_staff=True)
    provision(person(roles=["Admin"]))
    assert groups_of(user) == {"editors", "admins", "own"}
    user = provision(person())
    assert groups_of(user) == {"editors", "own"}
    assert user.is_staff


def test_a_warm_request_reads_once_and_writes_nothing(django_assert_num_queries: Queries) -> None:
    provision(person(roles=["Admin"], groups=[FINANCE]))
    with django_assert_num_queries(1):
        provision(person(roles=["Admin", "Unmapped"], groups=[FINANCE]))


def test_a_changed_role_takes_six_queries_at_most(django_assert_max_num_queries: Queries) -> None:
    provision(person(roles=["Editor"], groups=[FINANCE]))
    with django_assert_max_num_queries(6):
        user = provision(person(roles=["Admin"]))
    assert groups_of(user) == {"editors", "admins"}


def test_a_group_that_is_made_later_is_given_then(django_assert_num_queries: Queries) -> None:
    Group.objects.filter(name="editors").delete()
    user = provision(person(roles=["Editor"]))
    assert groups_of(user) == set()
    with django_assert_num_queries(1):
        provision(person(roles=["Editor"]))
    Group.objects.create(name="editors")
    assert groups_of(provision(person(roles=["Editor"]))) == {"editors"}


def test_the_signal_tells_what_was_gained_and_lost() -> None:
    heard: list[tuple[set[str], set[str]]] = []

    def hear(*, gained: set[str], lost: set[str], **_: Any) -> None:
        heard.append((set(gained), set(lost)))

    access_changed.connect(hear)
    provision(person(roles=["Admin"]))
    provision(person(roles=["Editor"]))
    provision(person(roles=["Editor"]))
    access_changed.disconnect(hear)
    assert heard == [({"group:editors", "group:admins", "is_staff"}, set()), (set(), {"group:admins", "is_staff"})]


@pytest.mark.parametrize("overage", [{"_claim_names": {"groups": "src1"}}, {"hasgroups": True}], ids=str)
def test_too_many_groups_are_never_no_groups(settings: Any, overage: dict[str, Any]) -> None:
    provision(person(groups=[FINANCE]))
    with pytest.raises(OverageUnresolved):
        provision(person(**overage))
    settings.ENTRANCE = settings.ENTRANCE | {"OVERAGE": "last"}
    assert groups_of(provision(person(**overage))) == {"finance"}


def test_without_access_to_groups_an_overage_matters_to_nothing(settings: Any) -> None:
    settings.ENTRANCE = settings.ENTRANCE | {"ACCESS": {"app_roles": {"Editor": {"groups": ["editors"]}}}}
    assert groups_of(provision(person(hasgroups=True, roles=["Editor"]))) == {"editors"}


def test_an_account_that_has_nothing_to_give_stores_nothing() -> None:
    provision(person())
    assert EntraAccount.objects.get().access == ""
