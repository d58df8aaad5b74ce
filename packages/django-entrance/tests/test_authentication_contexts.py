"""Step-up: an operation needs an authentication context, and a client that can get it is told what to request."""

import base64
import json
import re
import time
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from scripted import SPA, ScriptedAuthority
from servers import SERVERS
from sign_ins import bearer, sign_in, start_entra_session, start_session, with_middleware

pytestmark = pytest.mark.django_db

VIEWS = ["/view/", "/aview/", "/decorated/", "/adecorated/", "/mixed/"]
CLAIMS = {"access_token": {"acrs": {"essential": True, "value": "c1"}}}
MISSING = "authentication_context_missing"
APPLICATION = {"scp": None, "sub": "ada00000-0000-4000-8000-000000000004", "idtyp": "app", "roles": ["Admin"]}


@pytest.fixture(autouse=True)
def project(authority: ScriptedAuthority, settings: Any) -> None:
    settings.ROOT_URLCONF = "context_urls"
    settings.ENTRANCE = settings.ENTRANCE | {"KEEP_EVENTS": 0, "AUTHENTICATION_CONTEXTS": {"delete": "C1"}}


@pytest.fixture(params=SERVERS)
def client(request: pytest.FixtureRequest) -> Any:
    return SERVERS[request.param]()


@pytest.fixture(params=VIEWS)
def place(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def told(response: Any) -> tuple[int, str]:
    return response.status_code, response.json()["reason"]


def wanted(text: str) -> Any:
    return json.loads(base64.b64decode(text, validate=True))


def test_a_token_with_the_context_is_let_in(authority: ScriptedAuthority, client: Any, place: str) -> None:
    headers = bearer(authority, acrs=["urn:user:registersecurityinfo", "c1", "c25"])
    assert client.get(place, headers=headers).content == b"deleted"


@pytest.mark.parametrize("acrs", [None, [], ["c2"], ["c10"], ["C1 "], "c1", ["c1c1"], [["c1"]]], ids=repr)
def test_all_else_is_refused(authority: ScriptedAuthority, client: Any, place: str, acrs: Any) -> None:
    response = client.get(place, headers=bearer(authority, acrs=acrs))
    assert told(response) == (403, MISSING)
    assert "claims" not in response.json()
    assert "claims=" not in response["WWW-Authenticate"]


@pytest.mark.parametrize("capability", ["cp1", "CP1", "Cp1"])
def test_a_client_that_answers_challenges_is_told_what_to_request(
    authority: ScriptedAuthority, client: Any, place: str, capability: str
) -> None:
    """Microsoft, "Claims challenges": 401, ``insufficient_claims``, and the claims as standard base64 of JSON."""
    response = client.get(place, headers=bearer(authority, xms_cc=["other", capability]))
    assert told(response) == (401, MISSING)
    header = response["WWW-Authenticate"]
    assert header.startswith('Bearer realm="entrance", error="insufficient_claims", error_description="')
    found = re.search(r', claims="([A-Za-z0-9+/=]+)"$', header)
    assert found is not None
    assert wanted(found[1]) == wanted(response.json()["claims"]) == CLAIMS
    assert response["Cache-Control"] == "no-store"


@pytest.mark.parametrize("xms_cc", [["cp2"], "cp1", [], [{"cp1": 1}], {"cp1": 1}], ids=repr)
def test_a_client_that_declares_nothing_is_told_no_claims(
    authority: ScriptedAuthority, client: Any, place: str, xms_cc: Any
) -> None:
    assert told(client.get(place, headers=bearer(authority, xms_cc=xms_cc))) == (403, MISSING)


def test_an_application_is_not_asked_for_more_proof(
    authority: ScriptedAuthority, client: Any, settings: Any, place: str
) -> None:
    """Contexts are of people. It would request the same token again and again."""
    User.objects.create_user("importer")
    settings.ENTRANCE = settings.ENTRANCE | {"APPLICATIONS": {SPA: "importer"}}
    response = client.get(place, headers=bearer(authority, **APPLICATION, xms_cc=["cp1"]))
    assert told(response) == (403, MISSING)


def test_a_session_made_from_a_token_has_its_context(authority: ScriptedAuthority, client: Any, place: str) -> None:
    start_entra_session(client, authority, acrs=["c1"])
    assert client.get(place).content == b"deleted"


def test_a_session_without_it_is_begun_anew_by_a_client_that_can(
    authority: ScriptedAuthority, client: Any, place: str
) -> None:
    start_entra_session(client, authority, xms_cc=["CP1"])
    response = client.get(place, headers={"accept": "application/json"})
    assert told(response) == (401, MISSING)
    assert wanted(response.json()["claims"]) == CLAIMS
    start_entra_session(client, authority, xms_cc=["CP1"], acrs=["c1"])
    assert client.get(place).content == b"deleted"


@pytest.mark.parametrize(("seconds", "status"), [(0, 200), (1, 403), (90, 403)])
def test_an_older_token_brings_no_context_back(
    authority: ScriptedAuthority, client: Any, seconds: int, status: int
) -> None:
    """Not even one that is older by a second, where a role could be the older token's."""
    now = int(time.time()) - 300
    for issued, acrs in ((now - 100, ["c1"]), (now, None), (now - seconds, ["c1"])):
        start_with(client, authority, iat=issued, nbf=issued, acrs=acrs)
    assert client.get("/decorated/").status_code == status
    start_with(client, authority, iat=now + 1, nbf=now, acrs=["c1"])
    assert client.get("/decorated/").content == b"deleted", "a newer one gives it"
    start_with(client, authority, iat=now, nbf=now)
    assert client.get("/decorated/").content == b"deleted", "and no older one takes it"


def start_with(client: Any, authority: ScriptedAuthority, **claims: Any) -> None:
    """Begin or renew the session of a browser with a token. For an async client, too: only its cookies change."""
    browser = Client()
    browser.cookies.update(client.cookies)
    sign_in(browser, authority, **claims)
    client.cookies.update(browser.cookies)


@pytest.mark.parametrize(
    ("kind", "title"),
    [
        ("session", "This session lacks a further proof of the person"),
        ("login", "This login cannot give a further proof of the person"),
        ("token as another", "This request acts as another user"),
    ],
)
def test_the_refusal_speaks_of_the_way_in(
    authority: ScriptedAuthority, client: Any, settings: Any, kind: str, title: str
) -> None:
    headers = {"accept": "application/json"}
    if kind == "session":
        start_entra_session(client, authority)
    elif kind == "login":
        start_session(client)
    else:
        User.objects.create_user("barbara")
        with_middleware(settings, "project_middleware.act_as_barbara")
        headers |= bearer(authority, acrs=["c1"]) | {"x-act-as": "barbara"}
    response = client.get("/decorated/", headers=headers)
    assert (*told(response), response.json()["title"]) == (403, MISSING, title)


def test_a_caller_who_is_not_signed_in_is_told_that(client: Any, place: str) -> None:
    assert told(client.get(place, headers={"accept": "application/json"})) == (401, "not_signed_in")


def test_a_person_sees_a_page_that_offers_to_sign_in_with_microsoft(client: Any, settings: Any) -> None:
    settings.ENTRANCE = settings.ENTRANCE | {"CLIENT_SECRET": "for-tests"}
    start_session(client)
    response = client.get("/decorated/", headers={"accept": "text/html"})
    assert response.status_code == 403
    page = response.content.decode()
    assert "authentication context delete" in page
    assert "Sign in with Microsoft" in page


def test_a_name_that_the_setting_lacks_lets_no_one_in(authority: ScriptedAuthority, client: Any) -> None:
    with pytest.raises(ImproperlyConfigured, match="has no 'remove'"):
        client.get("/misspelt/", headers=bearer(authority, acrs=["c1", "remove"]))


@pytest.mark.parametrize("place", ["/graphql/", "/agraphql/"])
def test_graphql_answers_with_the_challenge(authority: ScriptedAuthority, client: Any, place: str) -> None:
    def ask(**claims: Any) -> Any:
        headers = bearer(authority, **claims)
        return client.post(place, {"query": "{ delete }"}, content_type="application/json", headers=headers).json()

    assert ask(acrs=["c1"])["data"] == {"delete": "deleted"}
    (error,) = ask(xms_cc=["cp1"])["errors"]
    assert wanted(error["extensions"].pop("claims")) == CLAIMS
    assert error["extensions"] == {"code": "FORBIDDEN", "reason": MISSING}
    (error,) = ask()["errors"]
    assert error["extensions"] == {"code": "FORBIDDEN", "reason": MISSING}
