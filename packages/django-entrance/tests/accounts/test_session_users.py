"""The user of a session: one query, whichever manager and database; None once it has ended."""

from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import User, UserManager
from django.db import connection, router
from django.db.models import QuerySet
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django_entrance.accounts import session_users
from django_entrance.accounts.session_users import find_account, find_session_user
from django_entrance.models import EntraAccount, EntraSession
from identities import person
from scripted import ScriptedAuthority
from sign_ins import bearer, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def session_id(authority: ScriptedAuthority, client: Client) -> str:
    sign_in(client, authority)
    return str(EntraSession.objects.get().pk)


class OfPeople(UserManager[User]):
    """A manager that hides people who are suspended."""

    def get_queryset(self) -> QuerySet[User]:
        return super().get_queryset().exclude(last_name="suspended")


@pytest.fixture(params=["plain", "custom"])
def manager(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "custom":
        hiding = OfPeople()
        hiding.model, hiding.name = User, "objects"
        monkeypatch.setitem(vars(User._meta), "default_manager", hiding)
        monkeypatch.setattr(session_users, "has_plain_manager", lambda _: False)
    return str(request.param)


@pytest.mark.usefixtures("manager")
def test_it_is_one_query(session_id: str) -> None:
    find_session_user(session_id)
    with CaptureQueriesContext(connection) as queries:
        found = find_session_user(session_id)
    assert found == User.objects.get()
    assert len(queries) == 1
    assert found is not None
    with CaptureQueriesContext(connection) as queries:
        assert {field.attname: getattr(found, field.attname) for field in User._meta.concrete_fields} == (
            User.objects.values().get()
        )
    assert len(queries) == 1, "no field is read later"


@pytest.mark.usefixtures("manager")
def test_it_ends_with_each_of_the_rows(session_id: str) -> None:
    assert find_session_user(str(uuid4())) is None
    User.objects.update(is_active=False)
    assert find_session_user(session_id) is None
    User.objects.update(is_active=True)
    assert find_session_user(session_id) is not None
    EntraAccount.objects.all().delete()
    assert find_session_user(session_id) is None
    assert not EntraSession.objects.exists()


def test_a_manager_hides_whom_it_hides(session_id: str, manager: str) -> None:
    User.objects.update(last_name="suspended")
    assert (find_session_user(session_id) is None) == (manager == "custom")


def test_a_replica_that_lags_ends_no_session(session_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked, user = [], User.objects.get()

    def read(model: Any, session: str, alias: str) -> User | None:
        asked.append(alias)
        return None if alias == "replica" else user

    monkeypatch.setattr(session_users, "read_user", read)
    assert find_session_user(session_id) is not None
    assert asked == ["default"]
    monkeypatch.setattr(router, "db_for_read", lambda *_, **__: "replica")
    assert find_session_user(session_id) is not None
    assert asked == ["default", "replica", "default"]


def test_the_account_of_an_identity_is_one_query(authority: ScriptedAuthority, client: Client) -> None:
    assert find_account(person(), "default") is None
    client.get("/", headers=bearer(authority))
    with CaptureQueriesContext(connection) as queries:
        assert find_account(person(), "default") == EntraAccount.objects.get()
    assert len(queries) == 2
    assert find_account(person(oid=str(uuid4())), "default") is None
