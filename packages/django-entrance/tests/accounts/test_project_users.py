"""PROVISIONING as the dotted path of a function of the project; the signal ``person_created``."""

from collections.abc import Iterator
from contextlib import nullcontext
from typing import Any

import project_people
import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.db import DatabaseError
from django.db.models.signals import pre_save
from django_entrance.accounts import project_users
from django_entrance.accounts.linked_users import find_known_user
from django_entrance.accounts.provisioning import Provisioner, provision
from django_entrance.models import EntraAccount
from django_entrance.signals import person_created
from django_entrance.verification.errors import AccountExists, AccountMissing, UserDisabled, UserNotCreatable
from django_entrance.verification.identity import Identity
from identities import person
from scripted import SPA

pytestmark = [pytest.mark.django_db(transaction=True)]

BADGE = {"extn.badge": "B-1"}


@pytest.fixture
def told() -> Iterator[list[tuple[int, Identity]]]:
    """What ``person_created`` tells."""
    told: list[tuple[int, Identity]] = []

    def tell(user: User, identity: Identity, sender: type, **_: object) -> None:
        assert sender is User
        assert EntraAccount.objects.filter(user=user).exists()
        told.append((user.pk, identity))

    person_created.connect(tell)
    project_people.calls.clear()
    yield told
    person_created.disconnect(tell)


def provisioning(settings: Any, name: str, **more: Any) -> None:
    settings.ENTRANCE = settings.ENTRANCE | {"PROVISIONING": f"project_people.{name}"} | more


def state() -> tuple[int, int]:
    return User.objects.count(), EntraAccount.objects.count()


def test_functions_of_the_type_are_provisioners() -> None:
    provisioners: list[Provisioner] = [project_people.find, project_people.create, project_people.create_with_us]
    assert all(map(callable, provisioners))


def test_a_created_person_is_told_once(told: list[Any]) -> None:
    ada = person(given_name="Ada")
    user = provision(ada)
    provision(ada)
    provision(person(given_name="Augusta"))
    assert told == [(user.pk, ada)]


def test_a_person_who_could_not_be_created_is_not_told(told: list[Any], settings: Any) -> None:
    def refuse(**_: object) -> None:
        raise ValidationError("no")

    pre_save.connect(refuse, sender=User)
    try:
        with pytest.raises(UserNotCreatable):
            provision(person())
    finally:
        pre_save.disconnect(refuse, sender=User)
    assert told == []


def test_the_function_finds_an_existing_user(settings: Any, told: list[Any]) -> None:
    provisioning(settings, "find")
    existing = User.objects.create(username="al", last_name="B-1", first_name="Al")
    ada = person(given_name="Ada", family_name="B-1", **BADGE)
    user = provision(ada)
    assert (user, user.first_name, user.username) == (existing, "Ada", "al")
    assert provision(ada) == existing
    assert project_people.calls == [ada.object_id], "once: then the person is linked"
    assert told == [(existing.pk, ada)]
    assert state() == (1, 1)


def test_a_conflict_is_no_matter_for_the_function_but_for_create_user(settings: Any, told: list[Any]) -> None:
    """The function has found the user by its own rule; ``create_user`` asks ``ON_CONFLICT``."""
    existing = User.objects.create(username="ada@contoso.example", last_name="B-1")
    provisioning(settings, "create_with_us")
    with pytest.raises(AccountExists):
        provision(person(**BADGE))
    assert (state(), told) == ((1, 0), [])
    provisioning(settings, "find")
    assert provision(person(**BADGE)) == existing


def test_none_refuses_the_person_every_time(settings: Any, told: list[Any]) -> None:
    provisioning(settings, "find")
    for _ in range(2):
        with pytest.raises(AccountMissing):
            provision(person(**BADGE))
    assert (state(), told, len(project_people.calls)) == ((0, 0), [], 2)


def test_the_function_creates_a_user(settings: Any, told: list[Any]) -> None:
    provisioning(settings, "create", CLAIM_MAPPING={"first_name": "given_name"})
    user = provision(person(given_name="Ada"))
    assert (user.username, user.first_name, user.last_name) == ("ada@contoso.example", "Ada", "B-1")
    assert user.is_staff
    assert [key for key, _ in told] == [user.pk]


def test_the_function_may_call_create_user(settings: Any, told: list[Any]) -> None:
    provisioning(settings, "create_with_us", CLAIM_MAPPING={"first_name": "given_name"})
    user = provision(person(given_name="Ada"))
    assert (user.first_name, user.last_name) == ("Ada", "of a project")
    assert [key for key, _ in told] == [user.pk]
    assert state() == (1, 1)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("create_two", "project_people.create_two called create_user and returned another user."),
        ("name_a_user", "project_people.name_a_user returned no saved user."),
        ("save_nothing", "project_people.save_nothing returned no saved user."),
    ],
)
def test_a_wrong_result_leaves_nothing(settings: Any, told: list[Any], name: str, words: str) -> None:
    provisioning(settings, name)
    with pytest.raises(ImproperlyConfigured, match=words):
        provision(person())
    assert (state(), told) == ((0, 0), [])


@pytest.mark.parametrize(
    ("name", "refusal"), [("refuse", AccountExists), ("wait", UserDisabled), ("break_a_rule", UserNotCreatable)]
)
def test_the_function_may_refuse(settings: Any, name: str, refusal: type[Exception]) -> None:
    provisioning(settings, name)
    with pytest.raises(refusal):
        provision(person())
    assert state() == (0, 0)


def test_an_error_of_the_database_is_no_refusal(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(identity: Identity) -> User:
        raise DatabaseError("gone away")

    monkeypatch.setattr(project_people, "find", fail)
    provisioning(settings, "find")
    with pytest.raises(DatabaseError, match="gone away"):
        provision(person())


@pytest.mark.parametrize("error", [AccountExists(), ValidationError("taken")], ids=["a refusal", "an error"])
def test_another_request_may_be_quicker(settings: Any, monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    """It links the person after this request has looked, which then meets an error."""

    def fail(identity: Identity) -> User:
        monkeypatch.setattr(project_users, "find_known_user", link_and_find)
        raise error

    def link_and_find(identity: Identity) -> User | None:
        user, _ = User.objects.get_or_create(username="quicker")
        ids = {"tenant_id": identity.tenant_id, "object_id": identity.object_id}
        EntraAccount.objects.get_or_create(**ids, defaults={"user": user})
        return find_known_user(identity)

    monkeypatch.setattr(project_people, "find", fail)
    provisioning(settings, "find")
    assert provision(person()).username == "quicker"


def test_a_person_whose_account_is_deleted_at_that_moment_is_refused(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(project_users, "find_known_user", lambda identity: None)
    provisioning(settings, "create")
    with pytest.raises(UserDisabled):
        provision(person())


def test_a_person_who_was_linked_meanwhile_is_not_asked_about(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    provisioning(settings, "find")
    User.objects.create(username="al", last_name="B-1")
    user = provision(person(**BADGE))
    project_people.calls.clear()
    assert project_users.user_of_project(person(**BADGE), "project_people.find") == user
    assert project_people.calls == []


@pytest.mark.parametrize("is_named", [True, False])
def test_a_user_of_an_application_is_no_persons(settings: Any, is_named: bool) -> None:
    provisioning(settings, "find", APPLICATIONS={SPA: "robot" if is_named else "other"})
    User.objects.create(username="robot", last_name="B-1")
    with pytest.raises(UserNotCreatable) if is_named else nullcontext():
        provision(person(**BADGE))
    assert state() == (1, 0 if is_named else 1)


@pytest.mark.parametrize("name", ["find", "create_with_us"])
def test_a_deactivated_user_is_linked_and_refused(settings: Any, name: str) -> None:
    provisioning(settings, name)
    if name == "find":
        User.objects.create(username="al", last_name="B-1", is_active=False)

    def deactivate(instance: User, **_: object) -> None:
        instance.is_active = False

    pre_save.connect(deactivate, sender=User)
    try:
        for _ in range(2):
            with pytest.raises(UserDisabled):
                provision(person(**BADGE))
    finally:
        pre_save.disconnect(deactivate, sender=User)
    assert state() == (1, 1), "the user waits for approval"
    User.objects.update(is_active=True)
    assert provision(person(**BADGE)).is_active
