"""A session lives and ends alike with each of Django's session engines, and with real Redis."""

import time
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.cache import cache
from django.test import Client
from django_entrance.accounts.session_index import end_sessions_of
from django_entrance.models import EntraSession
from django_entrance.sessions.record import KEY
from redis_server import redis_url
from scripted import ADA, ScriptedAuthority
from sign_ins import bearer, fresh, sign_in

__all__ = ["redis_url"]

pytestmark = pytest.mark.django_db

ENGINES = ["db", "cache", "cached_db", "file", "signed_cookies"]
SESSION = "/entrance/session/"


@pytest.fixture(params=[*ENGINES, "cache on Redis", "cached_db on Redis"])
def engine(request: pytest.FixtureRequest, settings: Any, tmp_path: Path) -> str:
    name, _, store = str(request.param).partition(" on ")
    if store:
        backend = {"BACKEND": "django.core.cache.backends.redis.RedisCache"}
        settings.CACHES = {"default": backend | {"LOCATION": request.getfixturevalue("redis_url")}}
    settings.SESSION_ENGINE = f"django.contrib.sessions.backends.{name}"
    settings.SESSION_FILE_PATH = str(tmp_path)
    cache.clear()
    return str(request.param)


def is_in(client: Client) -> bool:
    return bool(client.get("/").json()["object_id"] == ADA)


@pytest.mark.usefixtures("engine")
def test_it_begins_lives_and_ends(authority: ScriptedAuthority) -> None:
    client = Client(enforce_csrf_checks=True)
    csrf = sign_in(client, authority, roles=["Editor"]).json()["csrf_token"]
    assert is_in(client)
    assert client.get(SESSION).json()["entra"]["app_roles"] == ["Editor"]
    assert sign_in(client, authority, roles=["Reader"]).json()["entra"]["app_roles"] == ["Reader"]
    assert EntraSession.objects.count() == 1
    csrf = client.get(SESSION).json()["csrf_token"]
    assert client.delete(SESSION, headers={"x-csrftoken": csrf}).status_code == 204
    assert not is_in(client)
    assert not EntraSession.objects.exists()


@pytest.mark.usefixtures("engine")
def test_the_key_of_before_is_no_good(authority: ScriptedAuthority) -> None:
    """Another browser knows the key of the session before: of no user, and of another user."""
    client, other = Client(), Client()
    grace = {"oid": "94ace000-0000-4000-8000-000000000005", "preferred_username": "grace@contoso.example"}
    for claims in (grace, {}):
        session = client.session
        session["cart"] = ["apple"]
        session.save()
        client.cookies["sessionid"] = other.cookies["sessionid"] = str(session.session_key)
        sign_in(client, authority, **claims)
        assert client.cookies["sessionid"].value != other.cookies["sessionid"].value
        assert client.get("/").json()["object_id"] == claims.get("oid", ADA)
        assert other.get("/").json()["username"] == ""


@pytest.mark.usefixtures("engine")
def test_it_ends_without_its_cookie(authority: ScriptedAuthority, client: Client) -> None:
    sign_in(client, authority)
    assert is_in(client)
    end_sessions_of(User.objects.get())
    assert not is_in(client)
    sign_in(client, authority)
    User.objects.update(is_active=False)
    assert not is_in(client)


def test_it_becomes_stale_and_is_cured(authority: ScriptedAuthority, client: Client, engine: str) -> None:
    sign_in(client, authority)
    session = client.session
    session[KEY] |= {"checked": int(time.time()) - 3_600}
    session.save()
    client.cookies["sessionid"] = str(session.session_key)
    assert client.get("/").json()["reason"] == "session_stale"
    sign_in(client, authority)
    assert is_in(client)


@pytest.mark.usefixtures("engine")
def test_no_token_is_kept(authority: ScriptedAuthority, client: Client) -> None:
    text = fresh(authority)
    client.post(SESSION, headers={"authorization": f"Bearer {text}"})
    assert is_in(client)
    assert not any(part in repr(dict(client.session.items())) for part in text.split("."))


@pytest.mark.usefixtures("engine")
def test_bearer_requests_make_none(authority: ScriptedAuthority, client: Client) -> None:
    headers = bearer(authority)
    for _ in range(10):
        assert not client.get("/", headers=headers).cookies
    assert not EntraSession.objects.exists()


def test_a_changed_cookie_is_no_session(authority: ScriptedAuthority, settings: Any, client: Client) -> None:
    """Each character of a signed cookie counts."""
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
    sign_in(client, authority)
    good = client.cookies["sessionid"].value
    for place in (0, 1, len(good) // 3, len(good) // 2, len(good) - 20, len(good) - 2):
        changed = "A" if good[place] != "A" else "B"
        client.cookies["sessionid"] = good[:place] + changed + good[place + 1 :]
        assert not is_in(client), place
    client.cookies["sessionid"] = good
    assert is_in(client), "control"
