"""Mapped claims are written once for each change, even if the row then keeps another value."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, OperationalError, ProgrammingError
from django.db.models.signals import pre_save
from django_entrance.accounts.free_usernames import has_value
from django_entrance.accounts.linked_users import find_user
from django_entrance.accounts.provisioning import provision
from django_entrance.accounts.user_fields import MARKS_OF_A_FIELD, is_refusal, update_user
from django_entrance.models import EntraAccount
from django_entrance.verification.errors import UserDisabled, UserNotCreatable
from identities import person

pytestmark = pytest.mark.django_db

Queries = Callable[[int], Any]


class Receiver:
    """A receiver of ``pre_save`` with an action that a test sets."""

    def __init__(self) -> None:
        self.work: Callable[[User], object] = lambda user: None
        self.calls = 0

    def __call__(self, sender: type[User], instance: User, **_: object) -> None:
        self.calls += 1
        self.work(instance)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    pre_save.connect(made, sender=User)
    yield made
    pre_save.disconnect(made, sender=User)


def small_letters(user: User) -> None:
    user.email = user.email.lower()


def raising(fault: Exception) -> Callable[[User], object]:
    def refuse(user: User) -> None:
        raise fault

    return refuse


def told(caplog: pytest.LogCaptureFixture) -> list[Any]:
    return [record.args for record in caplog.records if record.name == "django_entrance"]


def test_a_claim_that_is_tidied_is_written_once(receiver: Receiver, django_assert_num_queries: Queries) -> None:
    receiver.work = small_letters
    provision(person(email="Ada@Contoso.example"))
    assert receiver.calls == 1
    with django_assert_num_queries(1):
        assert provision(person(email="Ada@Contoso.example")).email == "ada@contoso.example"
    provision(person(email="King@Contoso.example"))
    assert receiver.calls == 2
    with django_assert_num_queries(1):
        assert provision(person(email="King@Contoso.example")).email == "king@contoso.example"


def test_a_field_that_was_edited_here_is_written_again(receiver: Receiver) -> None:
    """The directory wins, also for claims that were normalised."""
    receiver.work = small_letters
    provision(person(given_name="Ada", email="Ada@Contoso.example"))
    User.objects.update(first_name="Edited", email="edited@contoso.example")
    user = provision(person(given_name="Ada", email="Ada@Contoso.example"))
    assert (user.first_name, user.email) == ("Ada", "ada@contoso.example")


@pytest.mark.parametrize("fault", [ValidationError("no"), IntegrityError("no"), DataError("no")], ids=repr)
def test_a_claim_that_is_refused_is_tried_once(
    receiver: Receiver, caplog: pytest.LogCaptureFixture, django_assert_num_queries: Queries, fault: Exception
) -> None:
    user = provision(person(given_name="Ada"))
    receiver.work = raising(fault)
    for _ in range(3):
        assert provision(person(given_name="Augusta")).first_name == "Ada"
    assert receiver.calls == 2
    assert told(caplog) == [("first_name", user.pk)]
    with django_assert_num_queries(1):
        provision(person(given_name="Augusta"))
    provision(person(given_name="Byron"))
    assert told(caplog) == [("first_name", user.pk)] * 2


def test_a_claim_that_is_refused_does_not_try_the_others_again(
    receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    user = provision(person(given_name="Ada", family_name="Lovelace"))
    receiver.work = raising(ValidationError("no"))
    provision(person(given_name="Augusta", family_name="Lovelace"))
    receiver.work = small_letters
    renamed = provision(person(given_name="Augusta", family_name="King"))
    assert (renamed.first_name, renamed.last_name) == ("Ada", "King")
    assert told(caplog) == [("first_name", user.pk)]


def test_what_was_refused_is_not_kept_in_the_clear(receiver: Receiver) -> None:
    provision(person(given_name="Ada"))
    receiver.work = raising(ValidationError("no"))
    provision(person(given_name="Augusta"))
    name, _, digest = EntraAccount.objects.get().settled.partition(":")
    assert (name, len(digest)) == ("first_name", 64)
    assert set(digest) <= set("0123456789abcdef")


def test_tokens_that_say_different_things_in_turn_write_once_each(
    receiver: Receiver, django_assert_num_queries: Queries
) -> None:
    """Tokens of two clients may have different claims, or different values of one claim."""

    def tidy(user: User) -> None:
        user.first_name, user.last_name = "Ada", user.last_name.lower()

    receiver.work = tidy
    tokens = [person(given_name="ADA"), person(family_name="Lovelace"), person(given_name="AUGUSTA")]
    for token in (*tokens, *tokens):
        provision(token)
    written = receiver.calls
    for token in tokens * 2:
        with django_assert_num_queries(1):
            provision(token)
    assert receiver.calls == written


def test_the_marks_of_a_field_are_bounded(receiver: Receiver) -> None:
    receiver.work = small_letters
    provision(person(email="ada@contoso.example"))
    for number in range(MARKS_OF_A_FIELD + 3):
        provision(person(email=f"Ada{number}@Contoso.example"))
    assert len(EntraAccount.objects.get().settled.split()) == MARKS_OF_A_FIELD


@pytest.mark.parametrize("fault", [OperationalError("gone"), ProgrammingError("no column"), KeyError("mine")], ids=repr)
def test_a_database_or_a_project_that_is_out_of_order_is_no_refusal(receiver: Receiver, fault: Exception) -> None:
    provision(person(given_name="Ada"))
    receiver.work = raising(fault)
    with pytest.raises(type(fault)):
        provision(person(given_name="Augusta"))
    with pytest.raises(type(fault)):
        provision(person(oid="0b0e0000-0000-4000-8000-000000000007"))
    assert User.objects.get().first_name == "Ada"


def test_a_new_person_that_the_user_model_refuses_gets_a_reason(receiver: Receiver) -> None:
    receiver.work = raising(ValidationError("no"))
    with pytest.raises(UserNotCreatable) as refusal:
        provision(person())
    assert (refusal.value.status, refusal.value.reason) == (403, "user_not_creatable")


STATES = {
    **dict.fromkeys(("P0001", "45000", "MY001", "23514", "22023", "50001", "ZZ001"), True),
    **dict.fromkeys(
        ("42P01", "08006", "40001", "53300", "57P01", "58030", "72000", "XX000", "HV000", "P0002", ""), False
    ),
}


@pytest.mark.parametrize("driver", ["sqlstate", "pgcode"])
@pytest.mark.parametrize(("state", "refused"), STATES.items())
def test_what_a_trigger_raises_is_a_refusal_and_an_outage_is_none(state: str, refused: bool, driver: str) -> None:
    """psycopg and psycopg2 have different names for the state."""
    fault = ProgrammingError("raised")
    fault.__cause__ = Exception()
    setattr(fault.__cause__, driver, state)
    assert is_refusal(fault) == refused


def test_who_is_deactivated_meanwhile_stays_so() -> None:
    provision(person(given_name="Ada"))
    changed = person(given_name="Augusta")
    user = find_user(changed)
    assert user is not None
    User.objects.update(is_active=False)
    with pytest.raises(UserDisabled):
        update_user(user, changed)
    assert not User.objects.get().is_active


def test_who_is_deleted_meanwhile_is_out() -> None:
    provision(person(given_name="Ada"))
    changed = person(given_name="Augusta")
    user = find_user(changed)
    assert user is not None
    User.objects.all().delete()
    with pytest.raises(UserDisabled):
        update_user(user, changed)
    assert not User.objects.exists()


def test_a_new_user_that_is_created_deactivated_waits(receiver: Receiver) -> None:
    def deactivate(user: User) -> None:
        user.is_active = False

    receiver.work = deactivate
    for _ in range(2):
        with pytest.raises(UserDisabled):
            provision(person())
    assert User.objects.get().entra_accounts.exists()
    User.objects.update(is_active=True)
    assert provision(person()) == User.objects.get()


@pytest.mark.parametrize(("address", "is_taken"), [("ADA@Contoso.example", True), ("ada2@contoso.example", False)])
def test_an_address_is_taken_in_whichever_case(address: str, is_taken: bool) -> None:
    User.objects.create_user("ada", email="ada@contoso.example")
    assert has_value(User._meta.get_field("email"), address) == is_taken
