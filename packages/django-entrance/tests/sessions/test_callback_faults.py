"""Faults of Entra while a code is redeemed: each ends on a page with a reason and a remedy, soon, and logins go on."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from browsing import begin, browser, reason_of, username
from django.contrib.auth.models import User
from django_entrance.entra.authorities import configured_authorities
from django_entrance.models import EntraSession
from scripted_microsoft import Handler, ScriptedMicrosoft, replies

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(any_client: Any) -> Any:
    return any_client


JSON_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


def is_down(microsoft: ScriptedMicrosoft) -> Callable[[Handler], None]:
    def hang_up(handler: Handler) -> None:
        handler.connection.close()

    return hang_up


def is_slow(microsoft: ScriptedMicrosoft) -> Callable[[Handler], None]:
    def wait(handler: Handler) -> None:
        microsoft.ending.wait(15)

    return wait


def drips(microsoft: ScriptedMicrosoft) -> Callable[[Handler], None]:
    def drip(handler: Handler) -> None:
        handler.wfile.write(JSON_HEAD + b"Content-Length: 100000\r\n\r\n{")
        while not microsoft.ending.wait(0.05):
            handler.wfile.write(b" ")
            handler.wfile.flush()

    return drip


def is_huge(microsoft: ScriptedMicrosoft) -> Callable[[Handler], None]:
    return lambda handler: replies(200, b'{"id_token": "' + b"x" * 5_000_000 + b'"}')(handler)


def redirects(microsoft: ScriptedMicrosoft) -> Callable[[Handler], None]:
    return replies(302, b"", Location="https://evil.example/token")


def gives(status: int, body: Any, **headers: str) -> Callable[[ScriptedMicrosoft], Callable[[Handler], None]]:
    return lambda microsoft: replies(status, body, **headers)


FAULTS: dict[str, tuple[Callable[[ScriptedMicrosoft], Callable[[Handler], None]], str, int]] = {
    "down": (is_down, "sign_in_unanswered", 503),
    "slow": (is_slow, "sign_in_unanswered", 503),
    "dripping": (drips, "sign_in_unanswered", 503),
    "5 MB": (is_huge, "sign_in_unanswered", 503),
    "redirect": (redirects, "sign_in_unanswered", 503),
    "500": (gives(500, b"<h1>down</h1>", Content_Type="text/html"), "sign_in_unanswered", 503),
    "429": (gives(429, {"error": "too many"}, Retry_After="3600"), "sign_in_unanswered", 503),
    "garbage": (gives(200, b"\xff\xfe{{{"), "sign_in_unanswered", 503),
    "nothing": (gives(200, b""), "sign_in_unanswered", 503),
    "a list": (gives(200, [1]), "sign_in_unanswered", 503),
    "a page": (gives(200, b"<html>", Content_Type="text/html"), "sign_in_unanswered", 503),
    "a page with 400": (gives(400, b"<html>", Content_Type="text/html"), "sign_in_unanswered", 503),
    "no id_token": (gives(200, {"access_token": "opaque"}), "sign_in_unanswered", 503),
    "id_token null": (gives(200, {"id_token": None}), "sign_in_unanswered", 503),
    "id_token a list": (gives(200, {"id_token": ["x"]}), "sign_in_unanswered", 503),
    "id_token garbage": (gives(200, {"id_token": "a.b.c"}), "sign_in_unanswered", 503),
    "scope garbage": (gives(200, {"id_token": "a.b.c", "scope": 5, "expires_in": "x"}), "sign_in_unanswered", 503),
    "an outage told as JSON": (gives(400, {"error": "temporarily_unavailable"}), "sign_in_unanswered", 503),
    "secret expired": (
        gives(401, {"error": "invalid_client", "error_description": "AADSTS7000222: The keys are expired."}),
        "sign_in_misconfigured",
        503,
    ),
    "code used": (
        gives(400, {"error": "invalid_grant", "error_description": "AADSTS54005: redeemed."}),
        "sign_in_denied",
        403,
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_ends_on_a_page(microsoft: ScriptedMicrosoft, fault: str, caplog: Any) -> None:
    make, reason, status = FAULTS[fault]
    client = browser()
    microsoft.answer = make(microsoft)
    way_back = microsoft.bring(begin(client, next="/?page=2"))
    started = time.monotonic()
    answer = client.get(way_back)
    assert time.monotonic() - started < 10
    assert (answer.status_code, reason_of(answer)) == (status, reason)
    assert 'class="wrong" role="alert"' in answer.content.decode()
    assert 'name="next" value="/?page=2"' in answer.content.decode()
    assert (username(client), EntraSession.objects.count()) == ("", 0)
    assert "Traceback" not in caplog.text
    microsoft.answer = microsoft.give_token
    assert client.get(microsoft.bring(begin(client))).status_code == 302


@pytest.mark.parametrize(("off", "reason"), [(3_600, "token_not_yet_valid"), (-7_200, "token_expired"), (30, "")])
def test_a_clock_that_is_wrong(microsoft: ScriptedMicrosoft, client: Any, off: int, reason: str) -> None:
    now = int(time.time()) + off
    microsoft.changes = {"iat": now, "nbf": now, "exp": now + 3_600}
    answer = microsoft.sign_in(client)
    assert answer.status_code == (401 if reason else 302)
    if reason:
        assert reason_of(answer) == reason


def test_an_own_login_goes_on_meanwhile(microsoft: ScriptedMicrosoft) -> None:
    User.objects.create_user("barbara", password="a password of Barbara's")
    client = browser()
    way_back = microsoft.bring(begin(client))
    microsoft.answer = is_down(microsoft)
    microsoft.documents_down = True
    own = browser()
    assert own.login(username="barbara", password="a password of Barbara's")
    assert username(own) == "barbara"
    assert client.get(way_back).status_code == 503
    assert username(own) == "barbara"


@pytest.mark.parametrize("documents", [{"token_endpoint": None}, {"authorization_endpoint": 5}])
def test_documents_without_endpoints_begin_nothing(
    microsoft: ScriptedMicrosoft, client: Any, documents: dict[str, Any]
) -> None:
    microsoft.discovery = documents
    answer = client.post("/entrance/sign-in/")
    assert (answer.status_code, reason_of(answer)) == (503, "sign_in_unanswered")
    assert answer["Retry-After"] == "10"


def test_an_authority_that_is_down_begins_nothing(microsoft: ScriptedMicrosoft, client: Any) -> None:
    microsoft.documents_down = True
    answer = client.post("/entrance/sign-in/")
    assert (answer.status_code, reason_of(answer)) == (503, "sign_in_unanswered")
    microsoft.documents_down = False
    assert client.post("/entrance/sign-in/").status_code == 302


def test_another_authorization_endpoint_is_not_gone_to(microsoft: ScriptedMicrosoft, client: Any) -> None:
    microsoft.discovery = {"authorization_endpoint": "https://evil.example/authorize"}
    answer = client.post("/entrance/sign-in/")
    assert (answer.status_code, reason_of(answer)) == (503, "sign_in_unanswered")


def test_keys_that_cannot_be_fetched(microsoft: ScriptedMicrosoft, client: Any) -> None:
    way_back = microsoft.bring(begin(client))
    configured_authorities.cache_clear()  # as a process that has just begun
    microsoft.documents_down = True
    answer = client.get(way_back)
    assert (answer.status_code, reason_of(answer)) == (503, "authority_unreachable")
