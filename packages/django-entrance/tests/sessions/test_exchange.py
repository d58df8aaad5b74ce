"""Group K of the attack corpus: from a token to a session and out again, through WSGI and ASGI."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.contrib.auth.signals import user_logged_in
from django.contrib.sessions.models import Session
from django.core import signing
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_entrance.models import EntraSession
from scripted import API, OTHER_TENANT, SPA, ScriptedAuthority
from servers import SERVERS
from sign_ins import bearer, expired, fresh, start_session

pytestmark = pytest.mark.django_db

SESSION = "/entrance/session/"
GRACE = {"oid": OTHER_TENANT, "sub": "other", "preferred_username": "grace@contoso.example"}
ID_TOKEN = {"azp": None, "scp": None, "nonce": "of-a-sign-in"}


def who(browser: Any, **headers: str) -> str:
    return str(browser.get("/", headers=headers).json()["username"])


@pytest.fixture(autouse=True)
def project(door: str) -> None:
    """Take the settings of the door."""


# 567, 591: a session with safe flags, an answer without the token


@pytest.mark.parametrize("is_secure", [False, True])
def test_the_cookie_has_the_flags_of_the_settings(
    authority: ScriptedAuthority, strict_visitor: Any, settings: Any, is_secure: bool
) -> None:
    settings.SESSION_COOKIE_SECURE = is_secure
    headers = bearer(authority)
    answer = strict_visitor.post(SESSION, headers=headers)
    cookie = answer.cookies["sessionid"]
    assert (cookie["httponly"], cookie["samesite"], bool(cookie["secure"])) == (True, "Lax", is_secure)
    assert Session.objects.count() == EntraSession.objects.count() == 1
    assert headers["authorization"].split(".")[1] not in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["X-Frame-Options"] == "DENY"


# 568, 569, 570: fixation


def test_a_planted_key_is_worth_nothing(authority: ScriptedAuthority, door: str, visitor: Any) -> None:
    attacker = SERVERS[door]()
    session = attacker.session
    session["planted"] = "yes"
    session.save()
    key = session.session_key
    visitor.cookies["sessionid"] = key
    assert visitor.post(SESSION, headers=bearer(authority)).status_code == 200
    assert visitor.session.session_key != key
    attacker.cookies["sessionid"] = key
    assert who(attacker) == ""
    assert who(visitor) == "ada@contoso.example"


def test_of_another_user_nothing_is_left(authority: ScriptedAuthority, visitor: Any, door: str) -> None:
    first = visitor.post(SESSION, headers=bearer(authority)).json()["csrf_token"]
    session = visitor.session
    session["secret_of_ada"] = "yes"
    session.save()
    before = visitor.session.session_key
    second = visitor.post(SESSION, headers=bearer(authority, **GRACE)).json()["csrf_token"]
    assert who(visitor) == "grace@contoso.example"
    assert "secret_of_ada" not in visitor.session
    assert not Session.objects.filter(session_key=before).exists()
    assert first != second
    strict = SERVERS[door](enforce_csrf_checks=True)
    strict.cookies["sessionid"] = visitor.session.session_key
    strict.cookies["csrftoken"] = visitor.cookies["csrftoken"].value
    assert strict.delete(SESSION, headers={"x-csrftoken": first}).status_code == 403, "the CSRF token is a new one"
    assert strict.delete(SESSION, headers={"x-csrftoken": second}).status_code == 204


def test_the_same_person_keeps_the_session(authority: ScriptedAuthority, visitor: Any) -> None:
    """As with Django's own ``login``: requests that are on their way would lose a session with a new key."""
    keys = set()
    for _ in range(3):
        visitor.post(SESSION, headers=bearer(authority))
        keys.add(visitor.session.session_key)
    assert len(keys) == 1
    assert Session.objects.count() == EntraSession.objects.count() == 1


# 573: the site's own pages only


SECURE = {
    "no header": ({}, 403),
    "null": ({"origin": "null"}, 403),
    "http page": ({"referer": "http://testserver/"}, 403),
    "look-alike": ({"origin": "https://testserver.evil.example"}, 403),
    "other port": ({"origin": "https://testserver:8443"}, 403),
    "other scheme": ({"origin": "http://testserver"}, 403),
    "broken": ({"origin": "https://[::1"}, 403),
    "broken page": ({"referer": "https://[::1"}, 403),
    "own": ({"origin": "https://testserver"}, 200),
    "own page": ({"referer": "https://testserver/notes/?a=1"}, 200),
    "trusted": ({"origin": "https://app.contoso.example"}, 200),
    "trusted family": ({"origin": "https://a.contoso.example"}, 200),
    "trusted look-alike": ({"origin": "https://contoso.example.evil.example"}, 403),
}


@pytest.mark.parametrize(("headers", "status"), SECURE.values(), ids=SECURE)
def test_over_https_the_page_is_named(
    authority: ScriptedAuthority, visitor: Any, settings: Any, headers: dict[str, str], status: int
) -> None:
    settings.CSRF_TRUSTED_ORIGINS = ["https://*.contoso.example"]
    answer = visitor.post(SESSION, headers=bearer(authority) | headers, secure=True)
    assert answer.status_code == status
    assert EntraSession.objects.count() == (status == 200)
    if status == 403:
        assert answer.json()["reason"] == "origin_refused"
        assert not answer.cookies


# 575, 576: methods and bodies


@pytest.mark.parametrize(("method", "status"), [("get", 200), ("head", 200), ("put", 405), ("patch", 405)])
def test_only_post_starts_a_session(authority: ScriptedAuthority, visitor: Any, method: str, status: int) -> None:
    assert getattr(visitor, method)(SESSION, headers=bearer(authority)).status_code == status
    assert not EntraSession.objects.exists()
    assert not Session.objects.exists()


@pytest.mark.parametrize("body", [b"x" * 3_000_000, b"--b\r\n" * 10_000], ids=["large", "parts"])
def test_the_body_is_not_read(authority: ScriptedAuthority, visitor: Any, body: bytes) -> None:
    kind = "multipart/form-data; boundary=b"
    assert visitor.post(SESSION, body, content_type=kind, headers=bearer(authority)).status_code == 200


# 577, 594: what starts nothing


def test_a_refused_token_starts_nothing(authority: ScriptedAuthority, visitor: Any) -> None:
    bad = {
        "an ID token": bearer(authority, **ID_TOKEN),
        "of another API": bearer(authority, aud=OTHER_TENANT),
        "expired": expired(authority),
        "of an application": bearer(authority, scp=None, roles=["Logbook.Read.All"], idtyp="app"),
        "no JWT": {"authorization": "Bearer nonsense"},
        "basic": {"authorization": "Basic YTpi"},
        "in the query": {},
    }
    for name, headers in bad.items():
        answer = visitor.post(SESSION, headers=headers)
        assert answer.status_code in (401, 403), name
        assert "sessionid" not in answer.cookies, name
    assert visitor.post(f"{SESSION}?access_token={fresh(authority)}").status_code == 401
    assert not Session.objects.exists()
    assert not User.objects.exists()
    assert visitor.post(SESSION, headers=bearer(authority)).status_code == 200, "control"


def test_an_application_has_no_session(authority: ScriptedAuthority, visitor: Any, settings: Any) -> None:
    settings.ENTRANCE = settings.ENTRANCE | {"APPLICATIONS": {SPA: "robot"}}
    headers = bearer(authority, scp=None, roles=["Logbook.Read.All"], idtyp="app", sub=OTHER_TENANT, oid=OTHER_TENANT)
    User.objects.create(username="robot")
    assert who(visitor, **headers) == "robot", "control"
    answer = visitor.post(SESSION, headers=headers)
    assert (answer.status_code, answer.json()["reason"]) == (403, "application_refused")
    assert not Session.objects.exists()


def test_a_hundred_refusals_leave_no_row(authority: ScriptedAuthority, visitor: Any) -> None:
    headers = bearer(authority, aud=OTHER_TENANT)
    visitor.post(SESSION, headers=headers)
    with CaptureQueriesContext(connection) as queries:
        for _ in range(100):
            assert visitor.post(SESSION, headers=headers).status_code == 401
    assert not [query for query in queries if not query["sql"].startswith("SELECT")]


def test_a_bad_token_beside_a_good_session_is_refused(authority: ScriptedAuthority, visitor: Any) -> None:
    visitor.post(SESSION, headers=bearer(authority))
    assert visitor.post(SESSION, headers=bearer(authority, aud=OTHER_TENANT)).status_code == 401
    assert visitor.get("/", headers=bearer(authority, aud=OTHER_TENANT)).status_code == 401
    assert who(visitor) == "ada@contoso.example"


# 579: the same token in two browsers


def test_the_same_token_gives_each_browser_its_own_session(
    authority: ScriptedAuthority, door: str, visitor: Any
) -> None:
    headers, other = bearer(authority), SERVERS[door]()
    for each in (visitor, other):
        assert each.post(SESSION, headers=headers).status_code == 200
    assert EntraSession.objects.count() == 2
    visitor.post("/entrance/sign-out/")
    assert [who(visitor), who(other)] == ["", "ada@contoso.example"]


# 584: what the session keeps


@pytest.mark.parametrize("engine", ["db", "signed_cookies"])
def test_no_token_and_no_set_of_claims_is_kept(
    authority: ScriptedAuthority, visitor: Any, settings: Any, engine: str
) -> None:
    settings.SESSION_ENGINE = f"django.contrib.sessions.backends.{engine}"
    headers = bearer(authority, roles=["Editor"], email="ada@private.example", ipaddr="203.0.113.24")
    assert visitor.post(SESSION, headers=headers).status_code == 200
    if engine == "db":
        kept = str(dict(visitor.session.items()))
    else:
        salt = "django.contrib.sessions.backends.signed_cookies"
        kept = str(signing.loads(visitor.cookies["sessionid"].value, salt=salt))
    assert "Editor" in kept
    for secret in (*headers["authorization"].split()[1].split("."), "ada@private.example", "203.0.113.24", "uti"):
        assert secret not in kept


# 585, 586: out again; test_sign_out.py has the other ways


def test_delete_ends_the_session_and_not_the_token(authority: ScriptedAuthority, visitor: Any) -> None:
    headers = bearer(authority)
    visitor.post(SESSION, headers=headers)
    answer = visitor.delete(SESSION)
    assert answer.status_code == 204
    assert answer.cookies["sessionid"].value == ""
    assert not Session.objects.exists()
    assert not EntraSession.objects.exists()
    assert who(visitor, **headers) == "ada@contoso.example"


@pytest.mark.parametrize("csrf", [None, "", "x" * 32, "x" * 64])
def test_without_the_right_csrf_token_nothing_ends(
    authority: ScriptedAuthority, strict_visitor: Any, csrf: str | None
) -> None:
    right = strict_visitor.post(SESSION, headers=bearer(authority)).json()["csrf_token"]
    headers = {} if csrf is None else {"x-csrftoken": csrf}
    assert strict_visitor.delete(SESSION, headers=headers).status_code == 403
    assert who(strict_visitor) == "ada@contoso.example"
    assert strict_visitor.delete(SESSION, headers={"x-csrftoken": right}).status_code == 204


# 590: signals and last_login


def test_logging_in_is_told_once_an_exchange_and_never_for_a_bearer(authority: ScriptedAuthority, visitor: Any) -> None:
    heard: list[str] = []

    def hear(*, user: User, **_: object) -> None:
        heard.append(user.username)

    user_logged_in.connect(hear)
    try:
        for _ in range(5):
            who(visitor, **bearer(authority))
        assert heard == []
        assert User.objects.get().last_login is None
        assert not Session.objects.exists()
        visitor.post(SESSION, headers=bearer(authority))
    finally:
        user_logged_in.disconnect(hear)
    assert heard == ["ada@contoso.example"]
    assert User.objects.get().last_login is not None


# The door and its rules


def test_a_bearer_decides_beside_another_persons_session(authority: ScriptedAuthority, visitor: Any) -> None:
    visitor.post(SESSION, headers=bearer(authority))
    key = visitor.session.session_key
    assert who(visitor, **bearer(authority, **GRACE)) == "grace@contoso.example"
    assert who(visitor) == "ada@contoso.example"
    assert visitor.session.session_key == key


def test_a_password_session_becomes_the_persons(authority: ScriptedAuthority, visitor: Any) -> None:
    start_session(visitor)
    assert visitor.get(SESSION).json()["via"] == "password"
    visitor.post(SESSION, headers=bearer(authority))
    answer = visitor.get(SESSION).json()
    assert (answer["via"], answer["user"]["username"]) == ("entra", "ada@contoso.example")
    assert User.objects.count() == 2


@pytest.mark.parametrize("path", ["/", "/async/", "/closed/", "/async/closed/"])
def test_every_kind_of_view_has_the_person_of_the_session(
    authority: ScriptedAuthority, visitor: Any, path: str
) -> None:
    visitor.post(SESSION, headers=bearer(authority))
    answer = visitor.get(path).json()
    assert answer["username"] == "ada@contoso.example"
    assert answer["object_id"]


def test_an_authority_that_was_taken_out_ends_its_sessions(
    authority: ScriptedAuthority, visitor: Any, settings: Any
) -> None:
    visitor.post(SESSION, headers=bearer(authority))
    settings.ENTRANCE = {"AUTHORITIES": {"other": {"TENANT_ID": OTHER_TENANT, "CLIENT_ID": API}}, "KEEP_EVENTS": 0}
    assert who(visitor) == ""
