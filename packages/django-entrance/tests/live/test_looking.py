"""What one look at the database sees of many callers."""

from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.core.handlers.asgi import ASGIRequest
from django.test import Client
from django_entrance.live import looking
from django_entrance.live.authentication import authenticate
from django_entrance.live.handshake import read_handshake
from django_entrance.live.looking import Facts, first_facts, key_of, look, read_relation, rights_of
from django_entrance.models import EntraSession
from scripted import ScriptedAuthority
from sign_ins import bearer, start_entra_session, start_session

pytestmark = pytest.mark.django_db


def opened(client: Client | None = None, headers: dict[str, str] | None = None) -> ASGIRequest:
    sent = {} if client is None else {"cookie": f"sessionid={client.cookies['sessionid'].value}"}
    pairs = [(name.encode(), value.encode()) for name, value in (sent | (headers or {})).items()]
    request = read_handshake({"type": "websocket", "path": "/ws/", "headers": pairs})
    authenticate(request)
    return request


def facts(request: ASGIRequest) -> Facts:
    return look([request])[0].facts


@pytest.fixture(params=["db", "cached_db", "cache", "file", "signed_cookies"])
def engine(request: pytest.FixtureRequest, settings: Any, tmp_path: Any) -> str:
    settings.SESSION_ENGINE = f"django.contrib.sessions.backends.{request.param}"
    settings.SESSION_FILE_PATH = str(tmp_path)
    return str(request.param)


def test_a_session_of_each_engine(authority: ScriptedAuthority, engine: str, client: Client) -> None:
    start_entra_session(client, authority)
    request = opened(client)
    before = first_facts(request)
    assert facts(request) == before
    assert before.session is not None
    assert "_entrance" in before.session
    EntraSession.objects.all().delete()
    assert facts(request) == before._replace(is_linked=False)


@pytest.mark.parametrize("engine", ["db", "cached_db", "cache", "file"], indirect=True)
def test_a_session_that_was_signed_out(authority: ScriptedAuthority, engine: str, client: Client) -> None:
    user = start_session(client)
    request = opened(client)
    before = first_facts(request)
    assert facts(request) == before
    client.logout()
    assert facts(request).session in (None, {})
    assert request.user == user


def test_a_token(authority: ScriptedAuthority, client: Client) -> None:
    request = opened(headers=bearer(authority))
    before = first_facts(request)
    assert (facts(request), before.session, before.is_linked) == (before, None, True)
    user = User.objects.get()
    user.set_password("another")
    user.save()
    assert facts(request).user != before.user
    user.entra_accounts.all().delete()
    assert not facts(request).is_linked


def test_no_person(authority: ScriptedAuthority) -> None:
    request = opened()
    assert facts(request) == first_facts(request) == Facts(None, True, None)
    assert rights_of(request.user) == frozenset()


def test_rights(authority: ScriptedAuthority) -> None:
    user = User.objects.create_user("barbara", is_staff=True)
    group, permission = Group.objects.create(name="editors"), Permission.objects.all()[0]
    user.groups.add(group)
    user.user_permissions.add(permission)
    given = {("groups", group.pk), ("user_permissions", permission.pk)}
    assert rights_of(user) == {"is_active", "is_staff", *given}


def test_many_are_read_in_parts(authority: ScriptedAuthority, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looking, "AT_ONCE", 2)
    people = [Client() for _ in range(5)]
    for number, each in enumerate(people):
        start_session(each, f"person {number}")
    requests = [opened(each) for each in people]
    seen = look(requests)
    assert [each.user.username for each in seen] == [f"person {number}" for number in range(5)]
    assert [each.facts for each in seen] == list(map(first_facts, requests))


@pytest.mark.parametrize("name", ["nothing", "password"])
def test_a_user_model_without_the_relation(authority: ScriptedAuthority, name: str) -> None:
    user = User.objects.create_user("barbara")
    assert list(read_relation(name, {user.pk})) == []


def test_a_user_of_another_kind_has_no_key_here() -> None:
    class Robot:
        id = 1

    assert key_of(Robot()) is None
    assert key_of(User(id=1)) == 1
