"""Who calls, asked without the middleware: tokens and sessions, as the middleware would have answered."""

import time

import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django_entrance.accounts.session_index import KEY
from django_entrance.bearer import authentication
from django_entrance.callers import find_caller
from django_entrance.entra import reachable
from django_entrance.verification.errors import SessionStale, TokenExpired
from scripted import ScriptedAuthority
from sign_ins import bearer, expired, start_entra_session, start_session

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_is_known_to_be_down(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reachable, "seen", {})


def request_of(**headers: str) -> HttpRequest:
    """Return a request as views get it where ``MIDDLEWARE`` lacks ours."""
    request = RequestFactory().get("/", headers=headers)
    request.user = AnonymousUser()
    return request


def request_with_session(client: Client) -> HttpRequest:
    request = request_of()
    request.session = SessionStore(client.session.session_key)
    return request


def age(client: Client, seconds: int) -> None:
    session = client.session
    session[KEY] = session[KEY] | {"checked": int(time.time()) - seconds}
    session.save()


def test_a_token_is_verified_once_and_attached(authority: ScriptedAuthority, monkeypatch: pytest.MonkeyPatch) -> None:
    request = request_of(**bearer(authority))
    found = find_caller(request)
    assert found is not None
    monkeypatch.setattr(authentication, "read_bearer", None)
    assert find_caller(request) == found
    assert (found.user, found.identity.door) == (User.objects.get(), "bearer")
    assert (request.user, request.entra) == found  # type: ignore[attr-defined]


def test_a_bad_token_is_refused_each_time(authority: ScriptedAuthority) -> None:
    """The second question must not be answered with: no one."""
    request = request_of(**expired(authority))
    for _ in range(2):
        with pytest.raises(TokenExpired):
            find_caller(request)


def test_no_one_and_other_logins_are_none(authority: ScriptedAuthority, client: Client) -> None:
    start_session(client)
    request = request_with_session(client)
    assert find_caller(request) is None
    assert request.entra is None  # type: ignore[attr-defined]
    assert find_caller(request_of()) is None
    assert find_caller(request_of(authorization="Bearer of-another-login")) is None


def test_behind_the_middleware_nothing_is_asked_again(authority: ScriptedAuthority) -> None:
    request = request_of(**expired(authority))
    request.entra = None  # type: ignore[attr-defined]  # as the middleware does
    assert find_caller(request) is None


def test_the_response_is_not_for_djangos_cache(authority: ScriptedAuthority) -> None:
    """Behind the middleware it is, since the middleware says by what it varies."""
    kept = []
    for is_behind in (False, True):
        request = request_of(**bearer(authority))
        request._cache_update_cache = True  # type: ignore[attr-defined]  # as Django's middleware does
        if is_behind:
            request.entra = None  # type: ignore[attr-defined]
        find_caller(request)
        kept.append(request._cache_update_cache)  # type: ignore[attr-defined]
    assert kept == [False, True]


def test_a_session_is_found(authority: ScriptedAuthority, client: Client) -> None:
    start_entra_session(client, authority)
    found = find_caller(request_with_session(client))
    assert found is not None
    assert (found.user, found.identity.door) == (User.objects.get(), "session")


def test_a_stale_session_is_refused_while_entra_can_be_asked(authority: ScriptedAuthority, client: Client) -> None:
    start_entra_session(client, authority)
    age(client, 4_000)
    with pytest.raises(SessionStale):
        find_caller(request_with_session(client))
    age(client, 3_000)
    assert find_caller(request_with_session(client)) is not None, "control"


def test_a_stale_session_lives_on_while_entra_is_down(authority: ScriptedAuthority, client: Client) -> None:
    start_entra_session(client, authority)
    age(client, 4_000)
    reachable.remember_down("default")
    found = find_caller(request_with_session(client))
    assert found is not None
    assert found.user == User.objects.get()
