"""The index of sessions: what ends them without their cookie, and when their rows go."""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.models import User
from django.db import DatabaseError
from django.http import HttpRequest
from django.test import Client
from django.utils import timezone
from django_entrance.accounts import session_index
from django_entrance.accounts.event_limits import DAY, Daily
from django_entrance.accounts.linking import unlink_user
from django_entrance.accounts.session_index import end_sessions_of, id_in, prune_daily, prune_sessions
from django_entrance.models import EntraAccount, EntraSession
from scripted import ScriptedAuthority
from sign_ins import bearer

pytestmark = pytest.mark.django_db

ENGINES = ("db", "cache", "cached_db", "signed_cookies", "file")


def sign_in(authority: ScriptedAuthority) -> Client:
    client = Client()
    assert client.post("/entrance/session/", headers=bearer(authority)).status_code == 200
    return client


def who(client: Client) -> str:
    return str(client.get("/").json()["username"])


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest, settings: Any, tmp_path: Any) -> str:
    settings.SESSION_ENGINE = f"django.contrib.sessions.backends.{request.param}"
    settings.SESSION_FILE_PATH = str(tmp_path)
    return str(request.param)


ENDS: dict[str, Callable[[User], Any]] = {
    "all of the user": lambda user: end_sessions_of(user),
    "the account is deleted": lambda user: EntraAccount.objects.get().delete(),
    "the accounts are deleted": lambda user: EntraAccount.objects.all().delete(),
    "the account is disconnected": lambda user: unlink_user(user, EntraAccount.objects.get(), may_lock_out=True),
    "the user is deleted": lambda user: user.delete(),
    "the users are deleted": lambda user: User.objects.all().delete(),
    "the user is deactivated": lambda user: User.objects.update(is_active=False),
    "the user gets a password": lambda user: User.objects.filter(pk=user.pk).update(password="md5$x$y"),
    "the row is deleted": lambda user: EntraSession.objects.all().delete(),
}


@pytest.mark.parametrize("way", ENDS)
def test_it_ends_at_the_next_request_with_every_engine(authority: ScriptedAuthority, engine: str, way: str) -> None:
    client = sign_in(authority)
    assert who(client) == "ada@contoso.example"
    ENDS[way](User.objects.get())
    assert who(client) == ""
    assert who(client) == ""


def test_a_signed_cookie_that_was_copied_is_over_too(authority: ScriptedAuthority, settings: Any) -> None:
    """Django itself cannot end such a session: the cookie is all that there is of it."""
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
    client = sign_in(authority)
    copy = client.cookies["sessionid"].value
    client.post("/entrance/sign-out/")
    thief = Client()
    thief.cookies["sessionid"] = copy
    assert who(thief) == ""


def test_users_of_others_stay(authority: ScriptedAuthority) -> None:
    client = sign_in(authority)
    assert end_sessions_of(User.objects.create_user("grace")) == 0
    assert who(client)
    assert end_sessions_of(User.objects.get(username="ada@contoso.example")) == 1


@pytest.mark.parametrize(
    "session", [None, {}, {"_entrance": None}, {"_entrance": "x"}, {"_entrance": {}}, {"_entrance": {"id": 5}}]
)
def test_a_session_without_a_readable_id_has_no_row(session: Any) -> None:
    assert id_in(session) is None
    assert id_in({"_entrance": {"id": "not an id"}}) is None
    row = uuid4()
    assert id_in({"_entrance": {"id": str(row)}}) == row


def test_rows_go_when_the_lifetime_is_over(authority: ScriptedAuthority) -> None:
    sign_in(authority)
    assert prune_sessions() == 0
    EntraSession.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert prune_sessions() == 1


def test_a_sign_in_prunes_once_a_day(authority: ScriptedAuthority, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr(session_index, "pruning", Daily(lambda: now[0]))
    sign_in(authority)
    for at, rows in ((DAY - 1, 2), (DAY, 1)):
        EntraSession.objects.update(expires_at="2020-01-01T00:00Z")
        now[0] = at
        sign_in(authority)
        assert EntraSession.objects.count() == rows


def test_a_failure_to_prune_costs_a_line_of_the_log(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> int:
        raise DatabaseError("locked")

    monkeypatch.setattr(session_index, "pruning", Daily())
    monkeypatch.setattr(session_index, "prune_sessions", fail)
    with caplog.at_level(logging.WARNING, "django_entrance"):
        prune_daily()
    assert caplog.messages == ["Old sessions were not deleted: DatabaseError"]


def test_a_password_change_by_the_person_keeps_this_session_only(authority: ScriptedAuthority) -> None:
    client, other = sign_in(authority), sign_in(authority)
    request = HttpRequest()
    request.session = client.session
    user = User.objects.get()
    user.set_password("pw")
    user.save()
    request.user = user
    update_session_auth_hash(request, user)
    request.session.save()
    client.cookies["sessionid"] = str(request.session.session_key)
    assert [who(each) for each in (client, other)] == [user.username, ""]
