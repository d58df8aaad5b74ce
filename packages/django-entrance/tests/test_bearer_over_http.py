"""Bearer tokens over HTTP, as attackers and other logins send them: WSGI and ASGI, in views of each framework."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from random import Random
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from door_urls import CALLS
from scripted import OTHER_TENANT, STRANGER, ScriptedAuthority
from servers import SERVERS
from sign_ins import bearer, expired, fresh, start_entra_session, start_session

pytestmark = pytest.mark.django_db

VIEWS = ["/view/", "/aview/", "/class/", "/aclass/", "/rest/", "/ninja/sync", "/ninja/async"]
GRAPHQL = ["/graphql/", "/agraphql/"]
ADA, GRACE = "ada@contoso.example", "grace@contoso.example"
ANONYMOUS = {"user": "", "door": None}
OTHERS = ["Token {}", "JWT {}", "Basic YWRhOnB3", "Negotiate {}", "DPoP {}", "PoP {}", "Bearer opaque"]
"""Headers that are another login's. The token in them is a good one."""


JOINED = ["Bearer {0},Bearer {1}", "Bearer {0}, Bearer {1}", "Bearer {0},{1}", "Bearer {0} {1}"]
ODD = ["Bearer", "Bearer \xe9", "Bearer \xe2\x82\xac", "Bearer a\xff.b.c", "Bearer a\r\nX-Evil: 1", "Bearer \x00"]
ELSEWHERE = ["authorization", "ms-token-aad-access-token", "ms-client-principal", "forwarded-user"]


@pytest.fixture(autouse=True)
def project(authority: ScriptedAuthority, settings: Any) -> Iterator[None]:
    settings.ROOT_URLCONF = "door_urls"
    settings.ENTRANCE = settings.ENTRANCE | {"KEEP_EVENTS": 0}
    CALLS.clear()
    yield
    CALLS.clear()


@pytest.fixture(params=SERVERS)
def client(request: pytest.FixtureRequest) -> Any:
    return SERVERS[request.param](enforce_csrf_checks=True)


@pytest.fixture(params=VIEWS)
def place(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def grace(authority: ScriptedAuthority) -> str:
    return fresh(authority, oid=OTHER_TENANT, preferred_username=GRACE)


@pytest.mark.parametrize("form", JOINED)
def test_two_tokens_are_neither_of_them(authority: ScriptedAuthority, client: Any, place: str, form: str) -> None:
    """Servers join two headers with a comma (528 to 530)."""
    for first, second in ((fresh(authority), grace(authority)), (fresh(authority), "garbage")):
        response = client.get(place, headers={"authorization": form.format(first, second)})
        assert (response.status_code, response.json()["reason"]) == (400, "authorization_malformed")
    assert CALLS == []


@pytest.mark.parametrize("scheme", ["bearer", "BEARER", "BeArEr", "Bearer ", "Bearer  "])
def test_control_the_scheme_in_any_case(authority: ScriptedAuthority, client: Any, place: str, scheme: str) -> None:
    """531, 532."""
    response = client.get(place, headers={"authorization": f"{scheme} {fresh(authority)} "})
    assert response.json() == {"user": ADA, "door": "bearer"}


@pytest.mark.parametrize("header", OTHERS)
def test_what_is_another_logins_is_left_alone(
    authority: ScriptedAuthority, client: Any, place: str, header: str
) -> None:
    """534, and 547: a session beside it is the session, CSRF check included."""
    headers = {"authorization": header.format(fresh(authority))}
    assert client.get(place, headers=headers).json() == ANONYMOUS
    start_session(client)
    assert client.get(place, headers=headers).json() == {"user": "barbara", "door": None}
    client.cookies.pop("csrftoken", None)
    assert client.post(place, headers=headers).status_code == 403
    assert authority.requests == []


@pytest.mark.parametrize("value", ODD)
def test_odd_bytes_are_never_an_error(authority: ScriptedAuthority, client: Any, place: str, value: str) -> None:
    """536 to 538: refused or another login's; nothing of them comes back."""
    response = client.get(place, HTTP_AUTHORIZATION=value)
    assert response.status_code in (200, 400, 401)
    assert response.status_code != 200 or response.json() == ANONYMOUS
    assert "Evil" not in "".join(f"{name}: {text}" for name, text in response.items())


@pytest.mark.parametrize("size", [64_000, 1_000_000])
def test_a_giant_header_costs_nothing(authority: ScriptedAuthority, client: Any, place: str, size: int) -> None:
    """540. The time is generous, for a busy machine; hashing or matching all of it takes longer."""
    client.get(place)
    begun = time.perf_counter()
    response = client.get(place, headers={"authorization": "Bearer " + "eyJhbGciOiJSUzI1NiJ9." * (size // 21)})
    assert time.perf_counter() - begun < 0.5
    assert response.status_code in (200, 400, 401)
    assert CALLS[-1:] in ([], [""])
    assert authority.requests == []


@pytest.mark.parametrize("name", ELSEWHERE)
def test_other_headers_are_not_read(authority: ScriptedAuthority, client: Any, place: str, name: str) -> None:
    """541, 543."""
    for value in (f"Bearer {fresh(authority)}", ADA):
        assert client.get(place, headers={f"x-{name}": value, "remote-user": value}).json() == ANONYMOUS


def test_other_places_are_not_read(authority: ScriptedAuthority, client: Any, place: str) -> None:
    """541."""
    text = fresh(authority)
    client.cookies["access_token"] = text
    assert client.get(f"{place}?access_token={text}&token={text}").json() == ANONYMOUS
    client.cookies["csrftoken"] = "a" * 32
    response = client.post(place, {"access_token": text}, headers={"x-csrftoken": "a" * 32})
    assert response.json() == ANONYMOUS


def test_a_token_makes_no_session(authority: ScriptedAuthority, client: Any, place: str) -> None:
    """548, 544: no row, no cookie, however often; a session beside it stays another's."""
    for _ in range(5):
        response = client.post(place, headers=bearer(authority))
        assert (response.json()["user"], len(response.cookies)) == (ADA, 0)
    assert not Session.objects.exists()
    start_entra_session(client, authority)
    assert client.get(place, headers={"authorization": f"Bearer {grace(authority)}"}).json()["user"] == GRACE
    assert client.get(place).json() == {"user": ADA, "door": "session"}
    assert Session.objects.count() == 1


def test_a_preflight_needs_no_token(authority: ScriptedAuthority, client: Any) -> None:
    """550."""
    headers = {"origin": "https://app.example", "access-control-request-method": "GET"}
    assert client.options("/class/", headers=headers).status_code == 200
    assert client.options("/aclass/", headers=headers).status_code == 200


@pytest.mark.parametrize("accept", ["text/html", "*/*", "application/json"])
def test_a_bad_token_is_401_whatever_is_accepted(
    authority: ScriptedAuthority, client: Any, place: str, accept: str
) -> None:
    """552, 554, 560: no login page, no HTML, not kept by a cache."""
    for bad in (expired(authority), bearer(authority, key=STRANGER), bearer(authority, aud="other")):
        response = client.get(place, headers=bad | {"accept": accept, "sec-fetch-mode": "navigate"})
        assert (response.status_code, response["Content-Type"]) == (401, "application/problem+json")
        assert response["Cache-Control"] == "no-store"
        assert response["WWW-Authenticate"].startswith('Bearer realm="entrance"')
    assert CALLS == []


def test_text_of_claims_never_breaks_a_header(authority: ScriptedAuthority, client: Any, place: str) -> None:
    """556."""
    hostile = 'a"\r\nSet-Cookie: x=1; é€'
    for claims in ({"aud": hostile}, {"iss": authority.host + hostile}, {"scp": hostile}, {"ver": hostile}):
        response = client.get(place, headers=bearer(authority, **claims))
        assert "Set-Cookie" not in response
        challenge = response.get("WWW-Authenticate", "")
        assert challenge.isascii()
        assert challenge.isprintable()


@pytest.mark.parametrize("place", GRAPHQL)
def test_graphql_is_refused_before_it_runs(authority: ScriptedAuthority, client: Any, place: str) -> None:
    """644: a bad token is 401 in the transport, on GraphQL, too."""
    query = {"data": {"query": "mutation { change }"}, "content_type": "application/json"}
    response = client.post(place, headers=expired(authority), **query)
    assert (response.status_code, response.json()["reason"]) == (401, "token_expired")
    assert CALLS == []
    assert client.post(place, headers=bearer(authority), **query).json()["data"] == {"change": ADA}


def test_bad_tokens_in_any_order_harm_no_good_one(authority: ScriptedAuthority, client: Any, place: str) -> None:
    """565, 561."""
    good = bearer(authority)
    assert client.get(place, headers=good).json()["user"] == ADA
    changes: list[dict[str, Any]] = [
        {"aud": "x"},
        {"tid": "x"},
        {"exp": 1},
        {"ver": "3.0"},
        {"oid": ""},
        {"key": STRANGER},
    ]
    Random(7).shuffle(changes)
    for change in changes:
        assert client.get(place, headers=bearer(authority, **change)).status_code in (401, 403)
    assert client.get(place, headers=good).json()["user"] == ADA
    assert type(client)().get(place, headers=good).json()["user"] == ADA


@pytest.mark.django_db(transaction=True)
def test_callers_at_once_are_never_mixed_up(authority: ScriptedAuthority) -> None:
    """561: threads and event loops."""
    headers = {ADA: bearer(authority), GRACE: {"authorization": f"Bearer {grace(authority)}"}}
    for user, header in headers.items():
        assert SERVERS["wsgi"]().get("/view/", headers=header).json()["user"] == user

    def ask(number: int) -> bool:
        user = (ADA, GRACE)[number % 2]
        client = SERVERS[("wsgi", "asgi")[number // 2 % 2]]()
        told: str = client.get(VIEWS[number % len(VIEWS)], headers=headers[user]).json()["user"]
        return told == user

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(ask, range(100)))
