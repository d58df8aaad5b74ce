"""A user is found through the default manager, in one query."""

from collections.abc import Callable, Iterator
from contextvars import ContextVar
from typing import Any

import pytest
from django.contrib.auth.models import User, UserManager
from django.db import models
from django_entrance.accounts import linked_users
from django_entrance.accounts.linked_users import SETTLED, find_known_user, find_user
from django_entrance.accounts.provisioning import provision
from django_entrance.models import EntraAccount
from django_entrance.verification.errors import AccountMissing, UserDisabled
from identities import person

pytestmark = pytest.mark.django_db

shown = ContextVar("shown", default="ada@contoso.example")


class MomentManager(UserManager["OfTheMoment"]):
    """A manager that shows one user, chosen by a context variable, as managers of tenants do."""

    def get_queryset(self) -> models.QuerySet["OfTheMoment"]:
        return super().get_queryset().filter(username=shown.get())


class OfTheMoment(User):
    objects = MomentManager()

    class Meta:
        app_label = "django_entrance"
        proxy = True


@pytest.fixture
def of_the_moment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(EntraAccount.user.field.remote_field, "model", OfTheMoment)
    monkeypatch.delitem(EntraAccount.user.field.__dict__, "related_model", raising=False)
    yield
    EntraAccount.user.field.__dict__.pop("related_model", None)


def test_a_default_manager_is_asked_at_each_request(
    of_the_moment: None, django_assert_num_queries: Callable[[int], Any]
) -> None:
    ada = person(given_name="Ada")
    user = provision(ada)
    with django_assert_num_queries(1):
        assert provision(ada).pk == user.pk
    moment = shown.set("another")
    with pytest.raises(UserDisabled) as refusal:
        provision(ada)
    shown.reset(moment)
    assert (refusal.value.status, refusal.value.reason) == (403, "user_disabled")
    assert provision(ada).pk == user.pk
    assert User.objects.count() == 1


def test_who_is_created_and_hidden_at_once_waits(of_the_moment: None) -> None:
    with pytest.raises(UserDisabled):
        provision(person(preferred_username="grace@contoso.example"))
    assert User.objects.get().entra_accounts.exists()


def test_both_ways_of_reading_give_the_same_row() -> None:
    identity = person(given_name="Ada")
    provision(identity)
    EntraAccount.objects.update(settled="x")
    compiled, managed = linked_users.read_compiled(identity, None), linked_users.read_managed(identity, None)
    assert compiled is not None
    assert managed is not None
    assert compiled == managed
    assert getattr(compiled, SETTLED) == getattr(managed, SETTLED) == "x"
    assert linked_users.read_managed(person(oid="0b0e0000-0000-4000-8000-000000000007"), "default") is None


def test_a_hidden_person_is_deactivated_even_where_only_existing_people_enter(
    of_the_moment: None, settings: Any
) -> None:
    settings.ENTRANCE = settings.ENTRANCE | {"PROVISIONING": "existing"}
    with pytest.raises(AccountMissing):
        provision(person())
    user = User.objects.create_user("hidden")
    EntraAccount.objects.create(tenant_id=person().tenant_id, object_id=person().object_id, user=user)
    with pytest.raises(UserDisabled):
        provision(person())


class Replicas:
    """A router that reads from a replica, which is behind."""

    def db_for_read(self, model: type[models.Model], **hints: object) -> str:
        return "people"

    def db_for_write(self, model: type[models.Model], **hints: object) -> str:
        return "default"

    def allow_relation(self, *models: models.Model, **hints: object) -> bool:
        return True


@pytest.mark.django_db(databases=["default", "people"])
def test_a_copy_that_is_behind_neither_hides_nor_doubles_anybody(settings: Any) -> None:
    settings.DATABASE_ROUTERS = [Replicas()]
    user = provision(person(given_name="Ada"))
    assert provision(person(given_name="Augusta")).pk == user.pk
    assert [each.first_name for each in User.objects.using("default")] == ["Augusta"]
    assert not User.objects.using("people").exists()


def test_who_has_no_account_is_not_known() -> None:
    assert find_user(person()) is None
    assert find_known_user(person()) is None
    provision(person())
    assert find_known_user(person()) == User.objects.get()
