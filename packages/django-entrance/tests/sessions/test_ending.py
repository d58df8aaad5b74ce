"""Sessions end one by one, all of a person, and by their age; their rows go with them."""

from datetime import timedelta
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.contrib.auth import alogout, logout
from django.contrib.auth.models import User
from django.contrib.auth.signals import user_logged_out
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client, RequestFactory
from django.utils import timezone
from django_entrance.accounts.session_index import end_sessions_of, prune_sessions
from django_entrance.models import EntraSession
from django_entrance.sessions.record import KEY
from scripted import ADA, ScriptedAuthority
from sign_ins import bearer, sign_in
from sign_ins import start_session as log_in

pytestmark = pytest.mark.django_db

GRACE: dict[str, Any] = {"oid": "94ace000-0000-4000-8000-000000000005", "preferred_username": "grace@contoso.example"}


def is_in(client: Client) -> bool:
    return client.get("/").json()["object_id"] is not None


def test_all_sessions_of_a_person_end_and_no_others(authority: ScriptedAuthority) -> None:
    clients = [Client() for _ in range(3)]
    for each in clients[:2]:
        sign_in(each, authority)
    sign_in(clients[2], authority, **GRACE)
    assert end_sessions_of(User.objects.get(username="ada@contoso.example")) == 2
    assert [is_in(each) for each in clients] == [False, False, True]
    assert end_sessions_of(User.objects.get(username="ada@contoso.example")) == 0


@pytest.mark.parametrize("way", ["sync", "async"])
def test_the_projects_logout_ends_it_everywhere(authority: ScriptedAuthority, rf: RequestFactory, way: str) -> None:
    client = Client()
    sign_in(client, authority)
    request = rf.post("/")
    request.session = SessionStore(client.session.session_key)
    logout(request) if way == "sync" else async_to_sync(alogout)(request)
    assert not EntraSession.objects.exists()
    assert not is_in(client)


def test_a_copy_of_the_cookie_is_over_too(authority: ScriptedAuthority, settings: Any, client: Client) -> None:
    """The session is in the cookie, which a thief may have copied."""
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
    csrf = sign_in(client, authority).json()["csrf_token"]
    thief = Client()
    thief.cookies["sessionid"] = client.cookies["sessionid"].value
    assert is_in(thief), "control"
    assert client.delete("/entrance/session/", headers={"x-csrftoken": csrf}).status_code == 204
    assert not is_in(thief)


def test_rows_are_pruned_by_their_age(authority: ScriptedAuthority) -> None:
    old, young = Client(), Client()
    sign_in(old, authority)
    EntraSession.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    sign_in(young, authority)
    assert prune_sessions() == 1
    assert [is_in(old), is_in(young)] == [False, True]
    assert prune_sessions() == 0


@pytest.mark.parametrize("written", [None, "text", {}, {"id": None}])
def test_a_logout_without_a_record_ends_no_row(authority: ScriptedAuthority, client: Client, written: object) -> None:
    other = Client()
    sign_in(other, authority)
    log_in(client)
    session = client.session
    session[KEY] = written
    session.save()
    client.logout()
    assert is_in(other)
    user_logged_out.send(sender=User, request=None, user=None)
    user_logged_out.send(sender=User, request=RequestFactory().get("/"), user=None)
    assert is_in(other)


def test_a_session_that_ends_leaves_the_bearer_alone(authority: ScriptedAuthority, client: Client) -> None:
    sign_in(client, authority)
    end_sessions_of(User.objects.get())
    assert client.get("/", headers=bearer(authority)).json()["object_id"] == ADA
