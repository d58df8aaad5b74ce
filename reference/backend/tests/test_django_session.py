"""Logbook with ``LOGBOOK_SESSION=django``: a session calls the API with a CSRF token; its admins enter the admin."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import Settings

from tests.conftest import PASSWORD, code_of, make_person

WHO = "{ viewer { username signedInWith } }"
ADD = 'mutation { addEntry(text: "x") { id } }'
SIGN_IN = 'mutation { signIn(username: "barbara", password: "%s") { token } }'


@pytest.fixture(autouse=True)
def django_session(settings: Settings) -> None:
    settings.HAS_DJANGO_SESSION = True


@pytest.fixture
def browser() -> Client:
    return Client(enforce_csrf_checks=True)


def begin(browser: Client, token: str) -> str:
    """Exchange an access token for a session; return the CSRF token."""
    answer = browser.post("/entrance/session/", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200, answer.content
    csrf_token: str = answer.json()["csrf_token"]
    return csrf_token


def ask(browser: Client, query: str, **headers: str) -> Any:
    return browser.post("/graphql/", {"query": query}, "application/json", headers=headers)


def test_a_session_of_entras_calls_the_api(browser: Client, entra_token: Callable[..., str]) -> None:
    csrf_token = begin(browser, entra_token("grace"))
    answer = ask(browser, WHO, **{"X-CSRFToken": csrf_token}).json()
    assert answer["data"]["viewer"] == {"username": "grace@contoso.example", "signedInWith": "ENTRA"}
    assert "errors" not in ask(browser, ADD, **{"X-CSRFToken": csrf_token}).json()


def test_a_session_of_djangos_own_login_does_too(browser: Client, writer: User) -> None:
    browser.force_login(writer, backend="django.contrib.auth.backends.ModelBackend")
    csrf_token = browser.get("/entrance/session/").json()["csrf_token"]
    answer = ask(browser, WHO, **{"X-CSRFToken": csrf_token}).json()
    assert answer["data"]["viewer"] == {"username": "barbara", "signedInWith": "PASSWORD"}


def test_without_a_csrf_token_a_session_is_refused(browser: Client, entra_token: Callable[..., str]) -> None:
    begin(browser, entra_token("grace"))
    assert ask(browser, ADD).status_code == 403
    assert ask(browser, ADD, **{"X-CSRFToken": "a" * 64}).status_code == 403


def test_a_bearer_beside_a_session_is_who_calls_and_needs_no_csrf_token(
    browser: Client, entra_token: Callable[..., str], admin_token: str
) -> None:
    begin(browser, entra_token("grace"))
    entra = ask(browser, WHO, Authorization=f"Bearer {entra_token('ada')}").json()
    own = ask(browser, WHO, Authorization=f"Bearer {admin_token}").json()
    assert entra["data"]["viewer"]["username"] == "ada@contoso.example"
    assert own["data"]["viewer"] == {"username": "edsger", "signedInWith": "PASSWORD"}


def test_without_a_session_the_own_sign_in_needs_no_csrf_token(browser: Client, writer: User) -> None:
    assert ask(browser, SIGN_IN % PASSWORD).json()["data"]["signIn"]["token"]
    assert code_of(ask(browser, ADD).json()) == "UNAUTHENTICATED"


def test_else_the_cookie_is_ignored(browser: Client, entra_token: Callable[..., str], settings: Settings) -> None:
    csrf_token = begin(browser, entra_token("grace"))
    settings.HAS_DJANGO_SESSION = False
    for headers in ({}, {"X-CSRFToken": csrf_token}):
        assert ask(browser, WHO, **headers).json() == {"data": {"viewer": None}}
        assert code_of(ask(browser, ADD, **headers).json()) == "UNAUTHENTICATED"


@pytest.mark.parametrize(("username", "status"), [("ada", 200), ("grace", 302)])
def test_an_admin_of_entra_enters_the_admin(
    browser: Client, entra_token: Callable[..., str], username: str, status: int
) -> None:
    begin(browser, entra_token(username))
    assert browser.get("/admin/logbook/entry/").status_code == status


def test_an_admin_by_hand_is_not_staff_by_that(browser: Client, db: None) -> None:
    browser.force_login(make_person("edsger", "Admin"), backend="django.contrib.auth.backends.ModelBackend")
    assert browser.get("/admin/").status_code == 302


@pytest.mark.parametrize(
    ("has_session", "expected"), [(True, b'<html data-session="django" lang="en">'), (False, b"<html lang=")]
)
def test_the_page_says_which_session_it_has(
    has_session: bool, expected: bytes, settings: Settings, tmp_path: Any
) -> None:
    (tmp_path / "index.html").write_text('<!doctype html><html lang="en"><title>Logbook</title>')
    settings.FRONT_END, settings.HAS_DJANGO_SESSION = tmp_path, has_session
    assert expected in Client().get("/").content
