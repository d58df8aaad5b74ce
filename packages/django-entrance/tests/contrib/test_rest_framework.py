"""Django REST framework: who is let in and what a refusal says, behind the middleware and without it."""

import base64
import json
import logging
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import RequestFactory
from django_entrance.contrib.rest_framework.refusals import EntranceRefused
from django_entrance.verification.errors import AppRoleMissing, AuthorityMismatch
from rest_framework.test import APIRequestFactory, force_authenticate
from rest_urls import RestView
from scripted import ScriptedAuthority
from servers import SERVERS
from sign_ins import ENTRA, bearer, expired, start_session, start_with_token

pytestmark = pytest.mark.django_db

ADA = "ada@contoso.example"
PROBLEMS = "django_entrance.contrib.rest_framework.problems.exception_handler"
AS_JSON = {"accept": "application/json"}
ADMIN = {"scp": "access_as_user log.read", "roles": ["Admin"], "acrs": ["c1"]}


@pytest.fixture(params=["middleware", "no middleware"], autouse=True)
def project(request: pytest.FixtureRequest, authority: ScriptedAuthority, settings: Any) -> str:
    settings.ROOT_URLCONF = "rest_urls"
    settings.ENTRANCE = settings.ENTRANCE | {"KEEP_EVENTS": 0, "AUTHENTICATION_CONTEXTS": {"delete": "c1"}}
    if request.param == "no middleware":
        settings.MIDDLEWARE = [each for each in settings.MIDDLEWARE if each != ENTRA]
    return str(request.param)


@pytest.fixture(params=["own shape", "problem documents"])
def shape(request: pytest.FixtureRequest, settings: Any) -> str:
    settings.REST_FRAMEWORK = {"EXCEPTION_HANDLER": PROBLEMS} if request.param == "problem documents" else {}
    return str(request.param)


@pytest.fixture(params=SERVERS)
def client(request: pytest.FixtureRequest) -> Any:
    return SERVERS[request.param](enforce_csrf_checks=True)


def told(response: Any) -> tuple[int, str | None]:
    return response.status_code, response.json().get("reason")


@pytest.mark.parametrize(
    "place", ["open", "theirs", "signed-in", "scope", "app-role", "context", "and", "or", "nested"]
)
def test_a_token_is_let_in(authority: ScriptedAuthority, client: Any, place: str) -> None:
    response = client.post(f"/{place}/", headers=bearer(authority, **ADMIN))
    assert response.json() == {"user": ADA, "door": "bearer"}
    assert not response.cookies


@pytest.mark.parametrize(
    ("place", "claims", "answer"),
    [
        ("scope", {"scp": "access_as_user"}, (403, "scope_missing")),
        ("app-role", {"roles": ["Reader"]}, (403, "app_role_missing")),
        ("context", {"acrs": ["c2"]}, (403, "authentication_context_missing")),
        ("context", {"acrs": ["c2"], "xms_cc": ["cp1"]}, (401, "authentication_context_missing")),
        ("and", {"scp": "access_as_user"}, (403, "scope_missing")),
        ("and", {"roles": None}, (403, "app_role_missing")),
        ("or", {"scp": "access_as_user"}, (200, None)),
        ("or", {"roles": ["Reader"]}, (200, None)),
        ("or", {"scp": "access_as_user", "roles": ["Reader"]}, (403, "scope_missing")),
        ("not", {"roles": ["Admin"]}, (200, None)),
        ("not", {"roles": ["Reader"]}, (403, None)),
        ("theirs-and-ours", {"roles": ["Reader"]}, (403, "app_role_missing")),
        ("theirs-or-ours", {"acrs": None, "xms_cc": ["cp1"]}, (401, "authentication_context_missing")),
        ("ours-or-theirs", {"roles": ["Reader"]}, (403, "app_role_missing")),
        ("nested", {"scp": "access_as_user"}, (403, "scope_missing")),
        ("nested", {"roles": ["Reader"]}, (403, "app_role_missing")),
        ("object", {}, (403, None)),
        ("object-alone", {}, (403, None)),
        ("object-or", {"roles": ["Admin"]}, (200, None)),
        ("object-or", {"roles": ["Reader"]}, (403, "app_role_missing")),
        ("lazy", {"roles": ["Admin"]}, (200, None)),
        ("lazy", {"roles": ["Reader"]}, (403, "app_role_missing")),
    ],
    ids=str,
)
def test_the_reason_is_that_of_the_permission_that_refused(
    authority: ScriptedAuthority, client: Any, shape: str, place: str, claims: dict[str, Any], answer: tuple[int, str]
) -> None:
    response = client.get(f"/{place}/", headers=AS_JSON | bearer(authority, **ADMIN | claims))
    assert told(response) == answer
    if answer[1]:
        assert response["WWW-Authenticate"].startswith('Bearer realm="entrance", error="insufficient_')


@pytest.mark.parametrize("place", ["own-words", "own-words-in-or", "passed-then-theirs"])
def test_a_permission_of_the_projects_own_keeps_its_words(
    authority: ScriptedAuthority, client: Any, shape: str, place: str
) -> None:
    response = client.get(f"/{place}/", headers=AS_JSON | bearer(authority, **ADMIN))
    assert (response.status_code, response.json()) == (403, {"detail": "Only on Mondays."})


@pytest.mark.parametrize("place", ["theirs", "signed-in", "scope", "app-role", "context", "and", "or", "session-first"])
def test_a_request_without_a_user_is_401_and_not_403(client: Any, shape: str, place: str) -> None:
    response = client.get(f"/{place}/", headers=AS_JSON)
    assert response.status_code == 401
    assert response["WWW-Authenticate"] == 'Bearer realm="entrance"'
    if place != "theirs" or shape == "problem documents":
        assert response.json()["reason"] == "not_signed_in"


def test_without_a_challenge_the_answer_of_rest_framework_stays(client: Any, shape: str) -> None:
    response = client.get("/session-first-theirs/", headers=AS_JSON)
    detail = "Authentication credentials were not provided."
    assert (response.status_code, response.json()) == (403, {"detail": detail})


@pytest.mark.parametrize("place", ["open", "theirs", "signed-in", "lazy"])
@pytest.mark.parametrize("beside", ["nothing", "a session"])
def test_a_bad_token_is_refused_everywhere(
    authority: ScriptedAuthority, client: Any, shape: str, place: str, beside: str
) -> None:
    """552 and 658: it is never a request without a user, and never the session's."""
    if beside == "a session":
        start_session(client)
    for headers, answer in (
        (expired(authority), (401, "token_expired")),
        (bearer(authority, aud="other"), (401, "audience_refused")),
        ({"authorization": "Bearer a b"}, (400, "authorization_malformed")),
    ):
        response = client.get(f"/{place}/", headers=AS_JSON | headers)
        assert told(response) == answer
        assert response["WWW-Authenticate"].startswith('Bearer realm="entrance", error="inval')


def test_an_outage_is_503_and_says_when_to_come_again(authority: ScriptedAuthority, client: Any, shape: str) -> None:
    authority.down = True
    response = client.get("/signed-in/", headers=AS_JSON | bearer(authority))
    assert told(response) == (503, "authority_unreachable")
    assert response["Retry-After"] == "10"
    authority.down = False


def test_a_disabled_user_is_refused(authority: ScriptedAuthority, client: Any, shape: str) -> None:
    assert client.get("/signed-in/", headers=bearer(authority)).json()["user"] == ADA
    User.objects.update(is_active=False)
    assert told(client.get("/signed-in/", headers=AS_JSON | bearer(authority))) == (403, "user_disabled")


def test_the_two_shapes(authority: ScriptedAuthority, client: Any, shape: str, settings: Any) -> None:
    settings.ENTRANCE = settings.ENTRANCE | {"EXPLAIN_REFUSALS": False}
    response = client.get("/app-role/", headers=AS_JSON | bearer(authority, roles=["Reader"]))
    title = "This token lacks a required app role"
    advice = "An administrator of the tenant can assign the role under Enterprise applications."
    if shape == "own shape":
        assert response["Content-Type"] == "application/json"
        assert response.json() == {"detail": f"{title}. {advice}", "reason": "app_role_missing"}
    else:
        assert response["Content-Type"] == "application/problem+json"
        assert response["Cache-Control"] == "no-store"
        assert response.json() == {
            "type": "urn:django-entrance:app_role_missing",
            "title": title,
            "status": 403,
            "detail": advice,
            "reason": "app_role_missing",
        }


def test_the_challenge_for_more_proof_names_the_claims(authority: ScriptedAuthority, client: Any, shape: str) -> None:
    response = client.get("/context/", headers=AS_JSON | bearer(authority, xms_cc=["cp1"]))
    claims = response.json()["claims"]
    assert f', claims="{claims}"' in response["WWW-Authenticate"]
    assert json.loads(base64.b64decode(claims))["access_token"]["acrs"]["value"] == "c1"


def test_a_session_of_entras_needs_a_csrf_token(authority: ScriptedAuthority, client: Any, settings: Any) -> None:
    start_with_token(client, authority, settings, **ADMIN)
    client.cookies.pop("csrftoken", None)
    assert client.get("/and/").json() == {"user": ADA, "door": "session"}
    refused = client.post("/and/", headers=AS_JSON)
    assert (refused.status_code, refused.json()["detail"][:12]) == (403, "CSRF Failed:")
    client.cookies["csrftoken"] = "a" * 32
    assert client.post("/and/", headers={"x-csrftoken": "a" * 32}).json() == {"user": ADA, "door": "session"}


def test_roles_of_a_session_do_not_count_for_a_request_with_other_credentials(
    authority: ScriptedAuthority, client: Any, settings: Any
) -> None:
    """They need no CSRF token, although the user is the same."""
    start_with_token(client, authority, settings, **ADMIN)
    response = client.post("/key-first/", headers=AS_JSON | {"x-key": "of the project"})
    assert told(response) == (403, "app_role_missing")
    assert response.json()["detail"].startswith("This login has no app roles.")
    assert client.get("/key-first/").json() == {"user": ADA, "door": "session"}, "control"


def test_roles_of_a_session_count_where_rest_framework_reads_the_session(
    authority: ScriptedAuthority, client: Any, settings: Any, project: str
) -> None:
    """Without the middleware no one has looked for them."""
    start_with_token(client, authority, settings, **ADMIN)
    answer = (200, None) if project == "middleware" else (403, "app_role_missing")
    assert told(client.get("/session-first-app-role/", headers=AS_JSON)) == answer
    client.cookies.pop("csrftoken", None)
    assert client.post("/session-first-app-role/", headers=AS_JSON).status_code == 403


@pytest.mark.parametrize(("explained", "code"), [(True, "authority_mismatch"), (False, "authority_unreachable")])
def test_the_code_says_no_more_than_the_body(
    authority: ScriptedAuthority, settings: Any, explained: bool, code: str
) -> None:
    settings.ENTRANCE = settings.ENTRANCE | {"EXPLAIN_REFUSALS": explained}
    refused = EntranceRefused(RequestFactory().get("/"), AuthorityMismatch(expected="another issuer"))
    assert set(refused.get_codes().values()) == {code}  # type: ignore[union-attr]  # of a dictionary


def test_a_session_that_lacks_something_says_so(authority: ScriptedAuthority, client: Any, settings: Any) -> None:
    start_with_token(client, authority, settings, roles=["Reader"])
    response = client.get("/app-role/", headers=AS_JSON)
    assert told(response) == (403, "app_role_missing")
    assert response.json()["detail"].startswith("This session lacks a required app role.")


@pytest.mark.parametrize(
    ("place", "answer"),
    [
        ("signed-in", (200, None)),
        ("theirs", (200, None)),
        ("scope", (403, "scope_missing")),
        ("or", (403, "scope_missing")),
    ],
)
def test_a_password_login_is_the_next_class_s(client: Any, place: str, answer: tuple[int, str | None]) -> None:
    start_session(client)
    response = client.get(f"/{place}/", headers=AS_JSON)
    assert told(response) == answer
    if answer[0] == 200:
        assert response.json() == {"user": "barbara", "door": ""}


def test_the_bearer_is_who_calls_beside_a_session(authority: ScriptedAuthority, client: Any) -> None:
    """544."""
    start_session(client)
    key = client.session.session_key
    assert client.post("/and/", headers=bearer(authority, **ADMIN)).json() == {"user": ADA, "door": "bearer"}
    assert client.session.session_key == key
    assert client.get("/signed-in/").json()["user"] == "barbara"


def test_a_refusal_is_logged_once_and_only_if_it_is_one(
    authority: ScriptedAuthority, client: Any, shape: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "django_entrance")
    client.get("/or/", headers=bearer(authority, scp="access_as_user", roles=["Admin"]))
    assert [record for record in caplog.records if record.name == "django_entrance"] == [], "the other one has let in"
    client.get("/or/", headers=bearer(authority, roles=["Reader"]))
    told = [record.__dict__["entrance_reason"] for record in caplog.records if record.name == "django_entrance"]
    assert told == ["scope_missing"]


def test_a_refusal_inside_a_view_is_answered(
    authority: ScriptedAuthority, client: Any, shape: str, project: str
) -> None:
    """In REST framework's own shape it is the middleware that answers."""
    assert client.get("/asks-inside/", headers=bearer(authority, roles=["Writer"])).status_code == 200
    if shape == "own shape" and project == "no middleware":
        with pytest.raises(AppRoleMissing):
            client.get("/asks-inside/", headers=bearer(authority))
        return
    assert told(client.get("/asks-inside/", headers=bearer(authority))) == (403, "app_role_missing")


def test_another_exception_is_left_alone(authority: ScriptedAuthority, client: Any, shape: str) -> None:
    with pytest.raises(PermissionError, match="not one of ours"):
        client.get("/broken/", headers=bearer(authority))


def test_rest_frameworks_own_tests_may_force_a_user() -> None:
    request = APIRequestFactory().get("/")
    force_authenticate(request, User(username="barbara"))
    response = RestView.as_view(permission_classes=[])(request)
    assert response.data == {"user": "barbara", "door": ""}
