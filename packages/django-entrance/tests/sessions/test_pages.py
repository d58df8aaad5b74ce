"""The pages lead on without harm to what is open in other tabs: a form keeps the CSRF token that it was given."""

from __future__ import annotations

import html
import re
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

import pytest
from browsing import NAVIGATION, SIGN_IN, reason_of, username
from django.test import override_settings
from django_entrance.entra import reachable
from scripted_microsoft import ScriptedMicrosoft, replies
from sessions.test_recheck import ask, make_stale
from sign_ins import start_session

pytestmark = pytest.mark.django_db


@pytest.fixture
def stale(microsoft: ScriptedMicrosoft, any_client: Any) -> Any:
    """A browser with a stale session. Its forms need CSRF tokens from now on."""
    microsoft.sign_in(any_client)
    any_client.cookies.pop("entrance_rounds")
    make_stale(any_client)
    inner(any_client).handler.enforce_csrf_checks = True
    return any_client


def inner(client: Any) -> Any:
    return getattr(client, "client", client)


def form_token(client: Any) -> str:
    """Open a page with a form; return its CSRF token."""
    return str(client.get("/entrance/session/").json()["csrf_token"])


def send_form(client: Any, token: str) -> Any:
    headers = NAVIGATION | {"referer": "http://localhost:8000/form/"}
    return client.post("/", {"csrfmiddlewaretoken": token}, headers=headers)


def press(client: Any, page: Any) -> Any:
    """Press the only button of a page, whichever method its form has."""
    text = page.content.decode()
    method, action = re.search(r'<form method="(\w+)" action="([^"]*)"', text).groups()  # type: ignore[union-attr]
    fields = {name: html.unescape(value) for name, value in re.findall(r'name="(\w+)" value="([^"]*)"', text)}
    if method == "get":
        return client.get(f"{action}?{urlencode(fields)}", headers=NAVIGATION)
    return client.post(action, fields, headers=NAVIGATION)


def test_what_was_not_saved_can_be_sent_again_after_the_confirmation(microsoft: ScriptedMicrosoft, stale: Any) -> None:
    token, key = form_token(stale), stale.session.session_key
    page = send_form(stale, token)
    assert (page.status_code, "Then go back two pages" in page.content.decode()) == (401, True)
    asked = press(stale, page)
    assert "prompt=none" in asked["Location"]
    assert stale.get(microsoft.bring(asked["Location"]))["Location"] == "/form/"
    assert stale.session.session_key == key
    assert send_form(stale, token).json()["username"] == "ada@contoso.example"


def test_another_sign_in_takes_the_token_of_the_form(microsoft: ScriptedMicrosoft, stale: Any) -> None:
    """As any login does. So the page must not begin one."""
    token = form_token(stale)
    begun = stale.post(SIGN_IN, {"csrfmiddlewaretoken": token})
    assert stale.get(microsoft.bring(begun["Location"])).status_code == 302
    assert send_form(stale, token).status_code == 403


def test_a_session_that_another_tab_has_renewed_leads_to_the_form_at_once(
    microsoft: ScriptedMicrosoft, stale: Any
) -> None:
    token = form_token(stale)
    page = send_form(stale, token)
    stale.get(microsoft.bring(ask(stale)["Location"]))
    assert press(stale, page)["Location"] == "/form/"
    assert send_form(stale, token).status_code == 200


def test_trying_again_asks_about_the_session_that_lives_on(microsoft: ScriptedMicrosoft, stale: Any) -> None:
    token, asked = form_token(stale), ask(stale)
    microsoft.answer = replies(429, {"error": "too many"})
    page = stale.get(microsoft.bring(asked["Location"]))
    assert (page.status_code, reason_of(page)) == (503, "sign_in_unanswered")
    again = press(stale, page)
    assert "prompt=none" in again["Location"]
    microsoft.answer = microsoft.give_token
    assert stale.get(microsoft.bring(again["Location"]))["Location"] == "/?page=2"
    assert send_form(stale, token).status_code == 200


def test_trying_again_begins_a_session_where_the_old_one_has_ended(microsoft: ScriptedMicrosoft, stale: Any) -> None:
    page = stale.get(microsoft.bring(ask(stale)["Location"], code="", error="login_required"))
    assert reason_of(page) == "session_ended"
    assert "prompt=none" not in press(stale, page)["Location"]


def test_what_fails_on_the_way_to_microsoft_is_tried_again(
    microsoft: ScriptedMicrosoft, stale: Any, settings: Any
) -> None:
    assert reachable.is_reachable("default")
    with override_settings(SECRET_KEY=settings.SECRET_KEY):  # forgets the client
        microsoft.documents_down = True
        page = ask(stale)
    assert (page.status_code, reason_of(page)) == (503, "sign_in_unanswered")
    microsoft.documents_down = False
    assert "prompt=none" in press(stale, page)["Location"]


def test_what_goes_round_takes_a_new_sign_in(microsoft: ScriptedMicrosoft, stale: Any) -> None:
    for _ in range(3):
        assert stale.get(microsoft.bring(ask(stale)["Location"])).status_code == 302
        make_stale(stale)
    page = ask(stale)
    assert reason_of(page) == "sign_in_loop"
    assert "prompt=none" not in press(stale, page)["Location"]


@pytest.mark.parametrize(("roles", "status"), [(4, 302), (400, 403)])
def test_a_person_with_a_session_too_large_for_a_cookie_is_not_signed_in(
    microsoft: ScriptedMicrosoft, any_client: Any, settings: Any, roles: int, status: int
) -> None:
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
    microsoft.changes = {"roles": [sha256(bytes([n % 256, n // 256])).hexdigest()[:20] for n in range(roles)]}
    page = microsoft.sign_in(any_client)
    assert page.status_code == status
    if status == 403:
        assert reason_of(page) == "session_too_large"
        assert "You are signed in as" not in page.content.decode()
    assert username(any_client) == ("ada@contoso.example" if status == 302 else "")


def test_a_sign_in_of_another_login_that_fails_begins_anew(microsoft: ScriptedMicrosoft, any_client: Any) -> None:
    start_session(any_client)
    page = any_client.get(microsoft.bring(any_client.post(SIGN_IN)["Location"], code="", error="access_denied"))
    assert "prompt=none" not in press(any_client, page)["Location"]
