"""Step-up in every framework: the same answer for the same caller, by token and by session, sync and async."""

import base64
import json
from typing import Any

import pytest
from scripted import ScriptedAuthority
from servers import SERVERS
from sign_ins import bearer, start_entra_session, start_session

pytestmark = pytest.mark.django_db

MISSING = "authentication_context_missing"
CLAIMS = {"access_token": {"acrs": {"essential": True, "value": "c1"}}}
VIEWS = ["/view/", "/aview/", "/decorated/", "/adecorated/", "/mixed/", "/amixed/"]
FRAMEWORKS = ["/rest/", "/problem/", "/ninja/sync", "/ninja/async"]
FIELDS = ["delete", "adelete", "deleteTheirs", "deleteBoth", "deleteHandled { ... on GroupType { name } }"]
GRAPHQL = [("/graphql/", field) for field in FIELDS if field != "adelete"] + [("/agraphql/", each) for each in FIELDS]
PLACES: list[Any] = [(each, "") for each in VIEWS + FRAMEWORKS] + GRAPHQL


@pytest.fixture(autouse=True)
def project(authority: ScriptedAuthority, settings: Any) -> None:
    settings.ROOT_URLCONF = "step_up_urls"
    settings.ENTRANCE = settings.ENTRANCE | {"KEEP_EVENTS": 0, "AUTHENTICATION_CONTEXTS": {"delete": "c1"}}


@pytest.fixture(params=SERVERS)
def client(request: pytest.FixtureRequest) -> Any:
    return SERVERS[request.param]()


@pytest.fixture(params=["bearer", "session"])
def door(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=PLACES, ids="".join)
def place(request: pytest.FixtureRequest) -> Any:
    return request.param


def call(client: Any, place: tuple[str, str], **headers: str) -> Any:
    """Call the operation as a program does; return its answer."""
    address, field = place
    sent = {"query": f"mutation {{ {field} }}"} if field else {}
    return client.post(address, sent, content_type="application/json", headers={"accept": "application/json"} | headers)


def enter(client: Any, authority: ScriptedAuthority, door: str, place: tuple[str, str], **claims: Any) -> Any:
    """Call the operation through one of the doors."""
    if door == "bearer":
        return call(client, place, **bearer(authority, **claims))
    start_entra_session(client, authority, **claims)
    return call(client, place)


def refusal(answer: Any) -> tuple[Any, str, Any]:
    """Return status or GraphQL code, the reason, and the claims to request."""
    told = answer.json()
    if "errors" in told:
        (error,) = told["errors"]
        found = error["extensions"]
        return found["code"], found["reason"], wanted(found.get("claims"))
    in_header = 'error="insufficient_claims"' in answer["WWW-Authenticate"]
    assert in_header == ("claims" in told)
    return answer.status_code, told["reason"], wanted(told.get("claims"))


def wanted(claims: str | None) -> Any:
    return None if claims is None else json.loads(base64.b64decode(claims, validate=True))


def test_who_has_it_is_let_in(authority: ScriptedAuthority, client: Any, door: str, place: Any) -> None:
    answer = enter(client, authority, door, place, acrs=["c1"])
    assert (answer.status_code, "errors" in str(answer.content)) == (200, False)
    assert b"deleted" in answer.content


def test_a_client_that_answers_challenges_is_told_the_claims(
    authority: ScriptedAuthority, client: Any, door: str, place: Any
) -> None:
    answer = enter(client, authority, door, place, xms_cc=["CP1"])
    status = "FORBIDDEN" if place[1] else 401
    assert refusal(answer) == (status, MISSING, CLAIMS)


def test_any_other_client_is_told_none(authority: ScriptedAuthority, client: Any, door: str, place: Any) -> None:
    answer = enter(client, authority, door, place, xms_cc=["cp2"])
    assert refusal(answer) == ("FORBIDDEN" if place[1] else 403, MISSING, None)


def test_what_it_is_for_is_said(authority: ScriptedAuthority, client: Any, place: Any) -> None:
    answer = enter(client, authority, "bearer", place, xms_cc=["cp1"])
    is_said = place[0] not in ("/view/", "/aview/", "/decorated/", "/adecorated/")
    assert ("Deleting needs a second proof." in answer.content.decode()) == is_said


@pytest.mark.parametrize("place", PLACES, ids="".join)
def test_another_login_gets_a_clear_answer(authority: ScriptedAuthority, client: Any, place: Any) -> None:
    start_session(client)
    answer = call(client, place)
    if place[0] in ("/rest/", "/problem/"):  # they take no other login
        assert refusal(answer) == (401, "not_signed_in", None)
        return
    assert refusal(answer) == ("FORBIDDEN" if place[1] else 403, MISSING, None)


@pytest.mark.parametrize("place", PLACES, ids="".join)
def test_without_a_user_it_is_a_sign_in_that_is_missing(authority: ScriptedAuthority, client: Any, place: Any) -> None:
    assert refusal(call(client, place)) == ("UNAUTHENTICATED" if place[1] else 401, "not_signed_in", None)
