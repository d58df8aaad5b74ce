"""What gives a user each right, for code. What people read is tested with the command, in ``management``."""

from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django_entrance.accounts.explaining import RightSource, rights_from_entra
from django_entrance.accounts.linking import link_user
from django_entrance.accounts.provisioning import provision
from identities import person
from scripted import TENANT

pytestmark = pytest.mark.django_db

RESEARCH, OTHER = "0f3c0000-0000-4000-8000-000000000001", "0b0e0000-0000-4000-8000-000000000007"
ACCESS = {
    "app_roles": {"Editor": {"groups": ["editors"]}, "Chief": {"groups": ["editors"], "is_staff": True}},
    "groups": {RESEARCH: {"groups": ["editors"]}},
}
EDITOR, CHIEF = RightSource("app_roles", "Editor"), RightSource("app_roles", "Chief")


@pytest.fixture(autouse=True)
def access(settings: Any) -> None:
    settings.ENTRANCE = settings.ENTRANCE | {"ACCESS": ACCESS}
    Group.objects.create(name="editors")


def test_each_right_has_all_that_gives_it() -> None:
    user = provision(person(roles=["Chief", "Editor", "Unmapped"], groups=[RESEARCH]))
    assert rights_from_entra(user) == {
        "group:editors": [CHIEF, EDITOR, RightSource("groups", RESEARCH)],
        "is_staff": [CHIEF],
    }


def test_what_was_given_by_hand_is_not_from_entra() -> None:
    user = User.objects.create_user("ada", is_staff=True)
    link_user(user, TENANT, person().object_id)
    assert rights_from_entra(user) == {}
    provision(person(roles=["Chief"]))
    assert rights_from_entra(user) == {"group:editors": [CHIEF]}


def test_every_account_of_the_user_counts() -> None:
    user = provision(person(roles=["Editor"]))
    link_user(user, TENANT, OTHER)
    provision(person(oid=OTHER, roles=["Chief"]))
    found = rights_from_entra(user)
    assert (set(found["group:editors"]), found["is_staff"]) == ({EDITOR, CHIEF}, [CHIEF])


def test_a_right_that_access_gives_no_longer_has_no_source(settings: Any) -> None:
    user = provision(person(roles=["Editor"]))
    settings.ENTRANCE = settings.ENTRANCE | {"ACCESS": {"app_roles": {"Chief": {"groups": ["editors"]}}}}
    assert rights_from_entra(user) == {"group:editors": []}


def test_a_user_without_an_account_has_nothing_from_entra(django_assert_num_queries: Any) -> None:
    user = User.objects.create_user("ada", is_staff=True)
    with django_assert_num_queries(1):
        assert rights_from_entra(user) == {}
