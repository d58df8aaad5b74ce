"""Django Ninja: who is let in and what a refusal says, behind the middleware and without it, sync and async."""

import json
import logging
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import RequestFactory
from django_entrance.bearer.refusals import problem
from django_entrance.contrib.ninja import EntraAuth
from django_entrance.contrib.ninja.refusals import EntranceRefused, answer_not_signed_in
from django_entrance.verification.errors import AuthorityMismatch
from ninja.errors import HttpError
from ninja.security.base import AuthBase
from scripted import ScriptedAuthority
from servers import SERVERS
from sign_ins import ENTRA, bearer, expired, start_session, start_with_token

ADA = "ada@contoso.example"
ADMIN = {"scp": "access_as_user log.read", "roles": ["Admin"], "acrs": ["c1"]}
KEY = {"authorization": "Bearer a-key-of-the-project"}
FORMS = ["", "a", "mixed-", "several-"]
"""Prefixes of operations: sync, async, an async operation with the sync class, and beside two other classes."""

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["middleware", "no middleware"], autouse=True)
def project(request: pytest.FixtureRequest, authority: ScriptedAuthority, settings: Any) -> str:
    settings.ROOT_URLCONF = "ninja_urls"
    settings.ENTRANCE = settings.ENTRANCE | {"KEEP_EVENTS": 0, "AUTHENTICATION_CONTEXTS": {"delete": "c1"}}
    if request.param == "no middleware":
        settings.MIDDLEWARE = [each for each in settings.MIDDLEWARE if each != ENTRA]
    return str(request.param)


@pytest.fixture(params=SERVERS)
def client(request: pytest.FixtureRequest) -> Any:
    return SERVERS[request.param](enforce_csrf_checks=True)


@pytest.fixture(params=FORMS)
def form(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.mark.parametrize("place", ["any", "scope", "app-role", "context", "all"])
def test_a_token_is_let_in(authority: ScriptedAuthority, client: Any, form: str, place: str) -> None:
    for shape in ("own", "problems"):
        response = client.post(f"/{shape}/{form}{place}", headers=bearer(authority, **ADMIN))
        assert response.json() == {"user": ADA, "door": "bearer"}
        assert not response.cookies


@pytest.mark.parametrize(
    ("place", "claims", "status", "reason"),
    [
        ("scope", {"scp": "access_as_user"}, 403, "scope_missing"),
        ("app-role", {"roles": ["Reader"]}, 403, "app_role_missing"),
        ("context", {"acrs": ["c2"]}, 403, "authentication_context_missing"),
        ("context", {"acrs": None, "xms_cc": ["cp1"]}, 401, "authentication_context_missing"),
        ("all", {"scp": "access_as_user"}, 403, "scope_missing"),
        ("all", {"roles": None}, 403, "app_role_missing"),
        ("all", {"acrs": None}, 403, "authentication_context_missing"),
        ("any", {"exp": 1, "nbf": 1, "iat": 1}, 401, "token_expired"),
        ("any", {"aud": "other"}, 401, "audience_refused"),
    ],
)
def test_a_refusal_has_its_reason(
    authority: ScriptedAuthority, client: Any, form: str, place: str, claims: dict[str, Any], status: int, reason: str
) -> None:
    headers = bearer(authority, **ADMIN | claims)
    response = client.get(f"/problems/{form}{place}", headers=headers)
    assert (response.status_code, response.json()["reason"]) == (status, reason)
    assert response["Content-Type"] == "application/problem+json"
    assert response["WWW-Authenticate"].startswith('Bearer realm="entrance", error="')
    assert ("claims" in response.json()) == (reason == "authentication_context_missing" and status == 401)
    assert client.get(f"/own/{form}{place}", headers=headers).status_code == status


@pytest.mark.parametrize(
    ("requirement", "is_let_in"),
    [
        ({"app_roles": "Admin"}, True),
        ({"app_roles": ["Admin"]}, True),
        ({"app_roles": []}, False),
        ({"app_roles": ""}, False),
        ({"scope": ""}, False),
        ({"app_roles": None, "scope": None}, True),
    ],
    ids=str,
)
def test_names_that_are_empty_let_no_one_in(
    authority: ScriptedAuthority, requirement: dict[str, Any], is_let_in: bool
) -> None:
    auth = EntraAuth(**requirement)
    for _ in range(2):
        request = RequestFactory().get("/", headers=bearer(authority))
        if is_let_in:
            assert auth(request).app_roles == {"Admin"}
        else:
            with pytest.raises(HttpError):
                auth(request)


def test_ninjas_own_shape_has_the_title(authority: ScriptedAuthority, client: Any, form: str) -> None:
    response = client.get(f"/own/{form}app-role", headers=bearer(authority, roles=["Reader"]))
    assert (response.status_code, response.json()) == (403, {"detail": "This token lacks a required app role"})


@pytest.mark.parametrize("explained", [True, False])
def test_ninjas_own_shape_says_no_more_than_a_problem_document(settings: Any, explained: bool) -> None:
    settings.ENTRANCE = settings.ENTRANCE | {"EXPLAIN_REFUSALS": explained}
    refusal = AuthorityMismatch(expected="another issuer")
    refused = EntranceRefused(refusal)
    document = problem(RequestFactory().get("/"), refusal)
    assert (refused.status_code, refused.message) == (document.status_code, json.loads(document.content)["title"])
    assert (refused.message == refusal.title) == explained


def test_no_user_is_401_with_the_challenge(client: Any, form: str) -> None:
    response = client.get(f"/problems/{form}app-role")
    assert (response.status_code, response.json()["reason"]) == (401, "not_signed_in")
    assert response["WWW-Authenticate"] == 'Bearer realm="entrance"'
    own = client.get(f"/own/{form}app-role")
    assert (own.status_code, own.json()) == (401, {"detail": "Unauthorized"})


@pytest.mark.parametrize("form", ["", "a", "mixed-"])
def test_a_password_login_is_told_what_it_lacks(client: Any, form: str) -> None:
    start_session(client)
    response = client.get(f"/problems/{form}app-role")
    assert (response.status_code, response.json()["reason"]) == (403, "app_role_missing")
    assert response.json()["title"] == "This login has no app roles"
    assert client.get(f"/problems/{form}any").json()["reason"] == "not_signed_in", "Entra is what this class asks for"


def test_other_classes_stand_beside_it(authority: ScriptedAuthority, client: Any) -> None:
    place = "/problems/several-app-role"
    assert client.get(place, headers=KEY).json() == {"user": "key", "door": ""}
    assert client.get(place, headers={"authorization": "Bearer another"}).status_code == 401
    start_session(client)
    assert client.get(place).json() == {"user": "barbara", "door": ""}
    bad = client.get(place, headers=expired(authority))
    assert (bad.status_code, bad.json()["reason"]) == (401, "token_expired"), "never the session's"
    lacking = client.get(place, headers=bearer(authority, roles=["Reader"]))
    assert (lacking.status_code, lacking.json()["reason"]) == (403, "app_role_missing")


@pytest.mark.parametrize("place", ["all", "aall", "exempt"])
def test_a_session_of_entras_needs_a_csrf_token(
    authority: ScriptedAuthority, client: Any, settings: Any, place: str
) -> None:
    start_with_token(client, authority, settings, **ADMIN)
    client.cookies.pop("csrftoken", None)
    if place != "exempt":
        assert client.get(f"/problems/{place}").json() == {"user": ADA, "door": "session"}
    refused = client.post(f"/problems/{place}")
    assert (refused.status_code, refused.json()) == (403, {"detail": "CSRF check Failed"})
    assert client.post(f"/problems/{place}", headers=bearer(authority, **ADMIN)).json()["door"] == "bearer"
    client.cookies["csrftoken"] = "a" * 32
    assert client.post(f"/problems/{place}", headers={"x-csrftoken": "a" * 32}).json()["door"] == "session"


def test_a_disabled_user_and_an_outage(authority: ScriptedAuthority, client: Any, form: str) -> None:
    headers = bearer(authority)
    assert client.get(f"/problems/{form}any", headers=headers).json()["user"] == ADA
    User.objects.update(is_active=False)
    refused = client.get(f"/problems/{form}any", headers=headers)
    assert (refused.status_code, refused.json()["reason"]) == (403, "user_disabled")


def test_a_refusal_inside_an_operation(authority: ScriptedAuthority, client: Any, settings: Any) -> None:
    refused = client.get("/problems/inside", headers=bearer(authority))
    assert (refused.status_code, refused.json()["reason"]) == (403, "app_role_missing")
    assert client.get("/problems/inside", headers=bearer(authority, roles=["Writer"])).json()["user"] == ADA


def test_a_refusal_is_logged_once(
    authority: ScriptedAuthority, client: Any, form: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "django_entrance")
    client.get(f"/problems/{form}app-role", headers=bearer(authority, roles=["Reader"]))
    told = [record.__dict__["entrance_reason"] for record in caplog.records if record.name == "django_entrance"]
    assert told == ["app_role_missing"]


def test_a_request_without_any_authentication_of_djangos_is_not_signed_in(authority: ScriptedAuthority) -> None:
    auth = EntraAuth(app_roles="Admin")
    request = RequestFactory().get("/")
    assert auth(request) is None
    assert answer_not_signed_in(request, None).status_code == 401
    assert auth(RequestFactory().get("/", headers=bearer(authority))) is not None, "control"


def test_it_is_a_class_of_ninjas() -> None:
    assert isinstance(EntraAuth(), AuthBase)
