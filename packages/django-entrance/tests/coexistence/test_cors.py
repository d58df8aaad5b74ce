"""A front end on another origin, through cors-headers: preflights, answers and refusals that its script can read."""

import time
from typing import Any

import pytest
from django.test import Client
from scripted import ScriptedAuthority
from sign_ins import ENTRA, LOGIN_REQUIRED, bearer, expired, with_middleware

pytestmark = pytest.mark.django_db

CORS = "corsheaders.middleware.CorsMiddleware"
SECURITY = "django.middleware.security.SecurityMiddleware"
COMMON = "django.middleware.common.CommonMiddleware"
ORIGIN = {"origin": "https://app.contoso.example"}
PREFLIGHT = {
    "access-control-request-method": "POST",
    "access-control-request-headers": "authorization,content-type",
}
VIEWS = ["/beside/allauth-session/", "/beside/ninja-session/", "/beside/plain/", "/entrance/config.json"]


@pytest.fixture(params=["first", "after SecurityMiddleware", "before CommonMiddleware"])
def placed(request: pytest.FixtureRequest, settings: Any) -> None:
    """The places that we document: all before EntraMiddleware."""
    others = [each for each in settings.MIDDLEWARE if each != CORS]
    place = {"first": 0, "after SecurityMiddleware": others.index(SECURITY) + 1}.get(request.param)
    if place is None:
        place = others.index("django.middleware.csrf.CsrfViewMiddleware")
        others.insert(place, COMMON)
    settings.MIDDLEWARE = [*others[:place], CORS, *others[place:]]
    with_middleware(settings, LOGIN_REQUIRED)


def readable(response: Any) -> bool:
    return bool(response.get("Access-Control-Allow-Origin") == ORIGIN["origin"])


@pytest.mark.parametrize("path", VIEWS)
def test_a_preflight_is_answered_as_without_us(
    authority: ScriptedAuthority, settings: Any, placed: None, client: Client, path: str
) -> None:
    ours = client.options(path, headers=ORIGIN | PREFLIGHT)
    settings.MIDDLEWARE = [each for each in settings.MIDDLEWARE if each != ENTRA]
    theirs = Client().options(path, headers=ORIGIN | PREFLIGHT)
    assert (ours.status_code, ours.content, dict(ours.items())) == (200, b"", dict(theirs.items()))
    assert "authorization" in ours["Access-Control-Allow-Headers"]
    assert authority.requests == []


@pytest.mark.parametrize("path", VIEWS)
def test_answers_and_refusals_can_be_read(
    authority: ScriptedAuthority, placed: None, client: Client, path: str
) -> None:
    for headers in (bearer(authority), expired(authority), bearer(authority, scp="other"), {}):
        assert readable(client.get(path, headers=ORIGIN | {"accept": "application/json"} | headers))


def test_the_challenge_can_be_read(authority: ScriptedAuthority, placed: None, client: Client) -> None:
    refused = client.get("/beside/plain/", headers=ORIGIN | expired(authority))
    assert (refused.status_code, refused.json()["reason"]) == (401, "token_expired")
    assert 'error="invalid_token"' in refused["WWW-Authenticate"]
    assert "WWW-Authenticate" in refused["Access-Control-Expose-Headers"]


def test_an_outage_can_be_read(authority: ScriptedAuthority, settings: Any, placed: None, client: Client) -> None:
    settings.ENTRANCE = settings.ENTRANCE | {"AUTHORITY_HOST": "http://localhost:9", "KEEP_EVENTS": 0}
    away = ScriptedAuthority(host="http://localhost:9")
    refused = client.get("/beside/plain/", headers=ORIGIN | bearer(away, exp=int(time.time()) + 600))
    assert (refused.status_code, refused.json()["reason"]) == (503, "authority_unreachable")
    assert readable(refused)


def test_another_origin_reads_nothing(authority: ScriptedAuthority, placed: None, client: Client) -> None:
    for headers in (bearer(authority), expired(authority)):
        answer = client.get("/beside/plain/", headers=headers | {"origin": "https://evil.example"})
        assert "Access-Control-Allow-Origin" not in answer


def test_behind_us_a_refusal_cannot_be_read(authority: ScriptedAuthority, settings: Any, client: Client) -> None:
    """Why the system check W018 is there."""
    settings.MIDDLEWARE = [each for each in settings.MIDDLEWARE if each != CORS]
    with_middleware(settings, CORS)
    assert readable(client.get("/beside/plain/", headers=ORIGIN | bearer(authority)))
    assert not readable(client.get("/beside/plain/", headers=ORIGIN | expired(authority)))
