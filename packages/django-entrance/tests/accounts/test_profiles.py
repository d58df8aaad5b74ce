"""Mapped fields of a one-to-one profile, "once", and functions of the project in CLAIM_MAPPING."""

import logging
from collections.abc import Iterator
from typing import Any

import project_people
import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ImproperlyConfigured
from django.db.models.signals import post_save
from django_entrance.accounts import linked_users
from django_entrance.accounts.provisioning import provision
from django_entrance.models import EntraAccount
from django_entrance.verification.errors import AccountExists, UserDisabled, UserNotCreatable
from identities import person
from profile_models import Profile, profiles

pytestmark = [pytest.mark.django_db]

__all__ = ["profiles"]

MAPPING = {"first_name": "given_name", "profile": {"department": "department"}}


@pytest.fixture
def mapping(settings: Any, profiles: type[Profile]) -> Any:
    def set_mapping(**fields: Any) -> None:
        settings.ENTRANCE = settings.ENTRANCE | {"CLAIM_MAPPING": fields}

    set_mapping(**MAPPING)
    return set_mapping


@pytest.fixture
def creating_receiver(profiles: type[Profile]) -> Iterator[None]:
    """The receiver of many projects, which creates a profile with each user."""

    def create_profile(instance: User, created: bool, **_: object) -> None:
        if created:
            Profile.objects.create(person=instance, floor=3)

    post_save.connect(create_profile, sender=User)
    yield
    post_save.disconnect(create_profile, sender=User)


def test_the_profile_is_created_with_the_user(mapping: Any) -> None:
    user = provision(person(given_name="Ada", department="Research"))
    assert (user.first_name, Profile.objects.get().department) == ("Ada", "Research")
    assert Profile.objects.get().person == user


def test_without_a_claim_no_profile_is_created(mapping: Any) -> None:
    provision(person(given_name="Ada"))
    assert not Profile.objects.exists()
    provision(person(given_name="Ada", department="Research"))
    assert Profile.objects.get().department == "Research"


def test_a_receiver_may_have_created_the_profile(mapping: Any, creating_receiver: None) -> None:
    provision(person(given_name="Ada", department="Research"))
    profile = Profile.objects.get()
    assert (profile.department, profile.floor) == ("Research", 3)


def test_a_known_person_takes_one_read_and_a_change_is_written_once(
    mapping: Any, django_assert_num_queries: Any, client: Any
) -> None:
    ada, moved = (person(given_name="Ada", department=name) for name in ("Research", "Sales"))
    provision(ada)
    with django_assert_num_queries(1):
        provision(ada)
    Profile.objects.update(floor=7)
    provision(moved)
    with django_assert_num_queries(1):
        provision(moved)
    profile = Profile.objects.get()
    assert (profile.department, profile.floor) == ("Sales", 7), "only what is mapped is written"


def test_without_a_mapped_profile_none_is_read(settings: Any, mapping: Any) -> None:
    settings.ENTRANCE = settings.ENTRANCE | {"CLAIM_MAPPING": {"first_name": "given_name"}}
    user = provision(person(given_name="Ada", department="Research"))
    assert not hasattr(user, "entra_profile__department")
    assert not Profile.objects.exists()


def test_user_and_profile_change_together_or_one_by_one(mapping: Any, caplog: pytest.LogCaptureFixture) -> None:
    provision(person(given_name="Ada", department="Research"))
    user = provision(person(given_name="Augusta", department="refused"))
    assert (user.first_name, Profile.objects.get().department) == ("Augusta", "Research")
    (record,) = (each for each in caplog.records if each.levelno == logging.WARNING)
    assert "for the field profile.department" in record.getMessage()


def test_a_refused_value_is_settled(mapping: Any, django_assert_num_queries: Any) -> None:
    refused = person(given_name="Ada", department="refused")
    provision(person(given_name="Ada", department="Research"))
    provision(refused)
    assert "profile.department:" in EntraAccount.objects.get().settled
    with django_assert_num_queries(1):
        provision(refused)
    provision(person(given_name="Ada", department="Sales"))
    assert Profile.objects.get().department == "Sales"


def test_a_refused_profile_leaves_no_user(mapping: Any) -> None:
    with pytest.raises(UserNotCreatable):
        provision(person(department="refused"))
    assert (User.objects.count(), EntraAccount.objects.count()) == (0, 0)
    provision(person(department="Research"))
    assert User.objects.count() == 1


def test_a_taken_address_of_a_profile_is_a_conflict(mapping: Any) -> None:
    mapping(profile={"mail": "email"})
    Profile.objects.create(person=User.objects.create(username="grace"), mail="ada@contoso.example")
    with pytest.raises(AccountExists):
        provision(person(email="ada@contoso.example"))
    assert User.objects.count() == 1
    provision(person(email="lovelace@contoso.example"))
    assert Profile.objects.filter(mail="lovelace@contoso.example").exists()


def test_a_long_value_is_cut_to_the_profiles_field(mapping: Any) -> None:
    provision(person(department="x" * 50))
    assert Profile.objects.get().department == "x" * 20


def test_a_person_who_is_deactivated_at_that_moment_stays_so(mapping: Any) -> None:
    provision(person(department="Research"))

    def deactivate(**_: object) -> None:
        User.objects.update(is_active=False)

    post_save.connect(deactivate, sender=Profile)
    try:
        with pytest.raises(UserDisabled):
            provision(person(department="Sales"))
    finally:
        post_save.disconnect(deactivate, sender=Profile)
    assert not User.objects.get().is_active


def test_a_custom_manager_reads_the_profile_too(mapping: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    ada = person(given_name="Ada", department="Research")
    provision(ada)
    monkeypatch.setattr(linked_users, "has_plain_manager", lambda model: False)
    user = linked_users.find_user(ada)
    assert user is not None
    assert vars(user)["entra_profile__department"] == "Research"


@pytest.mark.parametrize("once", [True, False])
def test_what_is_mapped_once_stays_as_it_was_edited(mapping: Any, once: bool, django_assert_num_queries: Any) -> None:
    mapping(
        first_name={"claim": "given_name", "once": once}, profile={"department": {"claim": "department", "once": once}}
    )
    ada = person(given_name="Ada", department="Research")
    provision(ada)
    assert (User.objects.get().first_name, Profile.objects.get().department) == ("Ada", "Research")
    User.objects.update(first_name="Countess")
    Profile.objects.update(department="Poetry")
    with django_assert_num_queries(1) if once else django_assert_num_queries(7, exact=False):
        provision(ada)
    edited = (User.objects.get().first_name, Profile.objects.get().department)
    assert edited == (("Countess", "Poetry") if once else ("Ada", "Research"))


@pytest.mark.parametrize("function", [project_people.department, "project_people.department"], ids=["itself", "path"])
@pytest.mark.parametrize(
    ("claims", "value"),
    [
        ({"extn.path": "Contoso/Research"}, "Research"),
        ({"extn.path": "Contoso/ R\tD \n"}, "R D"),
        ({"extn.path": "Contoso/"}, ""),
        ({}, ""),
    ],
    ids=str,
)
def test_a_function_makes_the_value(mapping: Any, function: Any, claims: dict[str, str], value: str) -> None:
    mapping(last_name=function, profile={"department": function})
    user = provision(person(**claims))
    assert user.last_name == value
    assert [profile.department for profile in Profile.objects.all()] == ([value] if value else [])


def test_a_function_is_called_once_for_an_identity(mapping: Any) -> None:
    mapping(last_name=project_people.department)
    ada = person()
    project_people.calls.clear()
    provision(ada)
    provision(ada)
    assert project_people.calls == [ada.object_id]


def test_a_function_returns_a_text_or_none(mapping: Any) -> None:
    mapping(last_name=project_people.number)
    with pytest.raises(ImproperlyConfigured, match="last_name returned int"):
        provision(person())
    assert not User.objects.exists()
