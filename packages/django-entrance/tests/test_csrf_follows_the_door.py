"""A token needs no CSRF token and a session does, on one and the same view; a token and a session are never mixed."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django_entrance.models import EntraSession
from door_urls import CALLS
from scripted import OTHER_TENANT, STRANGER, ScriptedAuthority
from servers import SERVERS
from sign_ins import bearer, expired, start_entra_session, start_session

pytestmark = pytest.mark.django_db

KINDS = ["form", "multipart", "JSON", "text"]
PLAIN = ("/view/", "/aview/", "/class/", "/aclass/")
FRAMEWORKS = ("/rest/", "/ninja/sync", "/ninja/async")
BODIES = [(place, kind) for place in (*PLAIN, *FRAMEWORKS) for kind in KINDS]
BODIES.remove(("/rest/", "text"))  # REST framework answers 415 before it asks for anything
BODIES += [(place, kind) for place in ("/graphql/", "/agraphql/") for kind in ("multipart", "JSON")]
CSRF = "a" * 32
ADA, BARBARA = "ada@contoso.example", "barbara"
MUTATION = "mutation { change }"
UPLOAD = "mutation ($file: Upload) { change(file: $file) }"


@pytest.fixture(autouse=True)
def calls(settings: Any) -> Iterator[None]:
    settings.ROOT_URLCONF = "door_urls"
    CALLS.clear()
    yield
    CALLS.clear()


@pytest.fixture(params=SERVERS)
def client(request: pytest.FixtureRequest, authority: ScriptedAuthority, settings: Any) -> Any:
    """Return a client that asks for CSRF tokens. Events would be written in another thread than the test's rows."""
    settings.ENTRANCE = settings.ENTRANCE | {"KEEP_EVENTS": 0}
    return SERVERS[request.param](enforce_csrf_checks=True)


@pytest.fixture(params=BODIES, ids=lambda each: f"{each[0]} {each[1]}")
def send(request: pytest.FixtureRequest, client: Any) -> Any:
    """Return a function that posts one kind of body to one view, and returns status and user."""
    place, kind = request.param

    def post(headers: dict[str, str] | None = None, **sent: str) -> tuple[int, str | None]:
        response = client.post(place, headers=headers or {}, **body(place, kind))
        if response.status_code != 200:
            return response.status_code, None
        told = response.json()
        return 200, told["user"] if "user" in told else told["data"]["change"]

    return post


def body(place: str, kind: str) -> dict[str, Any]:
    if kind == "form":
        return {"data": "a=1", "content_type": "application/x-www-form-urlencoded"}
    if kind == "text":
        return {"data": json.dumps({"query": MUTATION}), "content_type": "text/plain"}
    if kind == "JSON":
        return {"data": {"query": MUTATION}, "content_type": "application/json"}
    operations = json.dumps({"query": UPLOAD, "variables": {"file": None}})
    file = SimpleUploadedFile("a.txt", b"a")
    return {"data": {"operations": operations, "map": json.dumps({"0": ["variables.file"]}), "0": file}}


def sign_in(client: Any, authority: ScriptedAuthority, door: str) -> str:
    if door == "session":
        start_entra_session(client, authority)
        return ADA
    start_session(client)
    return BARBARA


def with_csrf(client: Any) -> dict[str, str]:
    client.cookies["csrftoken"] = CSRF
    return {"x-csrftoken": CSRF}


def test_a_token_needs_no_csrf_token(authority: ScriptedAuthority, client: Any, send: Any) -> None:
    assert send(bearer(authority)) == (200, ADA)
    assert not client.cookies
    assert not Session.objects.exists()
    assert not EntraSession.objects.exists()


@pytest.mark.parametrize("door", ["session", "login"])
def test_a_session_needs_one(authority: ScriptedAuthority, client: Any, send: Any, door: str) -> None:
    user = sign_in(client, authority, door)
    client.cookies.pop("csrftoken", None)
    assert send() == (403, None)
    assert send({"authorization": "Basic eDp5"}) == (403, None)
    assert send({"authorization": "Bearer of-another-login"}) == (403, None)
    assert send({"x-csrftoken": CSRF}) == (403, None), "the header alone, without the cookie"
    assert CALLS == []
    assert send(with_csrf(client)) == (200, user)


@pytest.mark.parametrize("door", ["session", "login"])
def test_a_bad_token_beside_a_good_session_is_refused(
    authority: ScriptedAuthority, client: Any, send: Any, door: str
) -> None:
    user = sign_in(client, authority, door)
    csrf = with_csrf(client)
    for bad in (bearer(authority, key=STRANGER), expired(authority), bearer(authority, aud="other")):
        assert send(bad | csrf) == (401, None)
        assert send(bad) == (401, None)
    assert CALLS == []
    assert send(csrf) == (200, user), "the session is unharmed"


@pytest.mark.parametrize("door", ["session", "login"])
def test_a_good_token_beside_a_session_is_who_calls(
    authority: ScriptedAuthority, client: Any, send: Any, door: str
) -> None:
    user = sign_in(client, authority, door)
    before = client.session.session_key
    grace = bearer(authority, oid=OTHER_TENANT, preferred_username="grace@contoso.example")
    assert send(grace) == (200, "grace@contoso.example")
    assert client.session.session_key == before
    assert send(with_csrf(client)) == (200, user)


@pytest.mark.parametrize("kind", ["form", "text"])
@pytest.mark.parametrize("place", ["/graphql/", "/agraphql/"])
def test_a_body_that_graphql_does_not_read(authority: ScriptedAuthority, client: Any, place: str, kind: str) -> None:
    """Another site may send these without asking the browser first; the CSRF check comes before Strawberry."""
    start_entra_session(client, authority)
    client.cookies.pop("csrftoken", None)
    assert client.post(place, **body(place, kind)).status_code == 403
    assert client.post(place, headers=with_csrf(client), **body(place, kind)).status_code == 400
    assert CALLS == []


def test_the_site_of_another_origin_is_refused(authority: ScriptedAuthority, client: Any, send: Any) -> None:
    start_entra_session(client, authority)
    csrf = with_csrf(client)
    for origin in ("https://evil.example", "null", "http://testserver.evil.example"):
        assert send(csrf | {"origin": origin}) == (403, None)
    assert send(csrf | {"origin": "http://testserver"}) == (200, ADA), "control"
    assert CALLS == [ADA]


def test_a_session_that_is_over_is_so_beside_a_bad_token(authority: ScriptedAuthority, client: Any) -> None:
    """The public views answer a caller with a bad token, too; the session is asked all that it is asked alone."""
    start_entra_session(client, authority)
    assert client.get("/entrance/session/", headers=expired(authority)).json()["signed_in"]
    EntraSession.objects.all().delete()
    assert not client.get("/entrance/session/", headers=expired(authority)).json()["signed_in"]
