"""Whom an administrator means: by user name, object id or e-mail address."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError
from django_entrance.management import users
from django_entrance.management.users import find_user, has_email_field
from django_entrance.models import EntraAccount
from scripted import ADA, OTHER_TENANT, TENANT

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def ada() -> User:
    user = User.objects.create_user("ada", "Ada@contoso.example")
    EntraAccount.objects.create(user=user, tenant_id=TENANT, object_id=ADA)
    return user


@pytest.mark.parametrize("name", ["ada", "ada@contoso.example", "ADA@CONTOSO.EXAMPLE", ADA, ADA.upper()])
def test_a_user_is_found(ada: User, name: str) -> None:
    assert find_user(name) == ada


@pytest.mark.parametrize("name", ["", "Ada", "ada@", OTHER_TENANT, "a@b.example"])
def test_what_names_no_user_is_an_error(name: str) -> None:
    with pytest.raises(CommandError, match="There is no user"):
        find_user(name)


def test_a_user_name_comes_before_an_address(ada: User) -> None:
    other = User.objects.create_user("ada@contoso.example", "other@contoso.example")
    assert find_user("ada@contoso.example") == other


def test_an_address_of_two_users_names_none(ada: User) -> None:
    User.objects.create_user("grace", "ada@contoso.example")
    with pytest.raises(CommandError, match="Several users have"):
        find_user("ada@contoso.example")
    assert find_user("ada") == ada


def test_one_person_in_two_tenants_is_one_user(ada: User) -> None:
    EntraAccount.objects.create(user=ada, tenant_id=OTHER_TENANT, object_id=ADA)
    assert find_user(ADA) == ada


def test_a_user_model_may_have_no_address(ada: User, monkeypatch: pytest.MonkeyPatch) -> None:
    assert has_email_field()

    class Nameless:
        USERNAME_FIELD, _meta, _base_manager = User.USERNAME_FIELD, User._meta, User._base_manager

        @staticmethod
        def get_email_field_name() -> str:
            return "mail"

    def nameless() -> Any:
        return Nameless

    monkeypatch.setattr(users, "get_user_model", nameless)
    assert not has_email_field()
    assert find_user("ada") == ada
    with pytest.raises(CommandError):
        find_user("ada@contoso.example")
