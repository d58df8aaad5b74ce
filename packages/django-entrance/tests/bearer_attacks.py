"""Bearer tokens over HTTP, as attackers and other logins send them, through a ``door``: group J of the corpus.

``test_bearer_over_http.py`` and ``contrib/test_graphene_doors.py`` say which doors there are.
"""

import time
from random import Random
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from every_door import Door
from scripted import OTHER_TENANT, STRANGER, ScriptedAuthority
from sign_ins import bearer, expired, fresh, start_entra_session, start_session

ADA, GRACE = "ada@contoso.example", "grace@contoso.example"
ANONYMOUS = {"user": "", "door": None}
OTHERS = ["Token {}", "JWT {}", "Basic YWRhOnB3", "Negotiate {}", "DPoP {}", "PoP {}", "Bearer opaque"]
"""Headers that are another login's. The token in them is a good one."""

JOINED = ["Bearer {0},Bearer {1}", "Bearer {0}, Bearer {1}", "Bearer {0},{1}", "Bearer {0} {1}"]
ODD = ["Bearer", "Bearer \xe9", "Bearer \xe2\x82\xac", "Bearer a\xff.b.c", "Bearer a\r\nX-Evil: 1", "Bearer \x00"]
ELSEWHERE = ["authorization", "ms-token-aad-access-token", "ms-client-principal", "forwarded-user"]


def grace(authority: ScriptedAuthority) -> str:
    return fresh(authority, oid=OTHER_TENANT, preferred_username=GRACE)


@pytest.mark.parametrize("form", JOINED)
def test_two_tokens_are_neither_of_them(authority: ScriptedAuthority, door: Door, served: list[str], form: str) -> None:
    """Servers join two headers with a comma (528 to 530)."""
    for first, second in ((fresh(authority), grace(authority)), (fresh(authority), "garbage")):
        answer = door.get(headers={"authorization": form.format(first, second)})
        assert answer.refusal == (400, "authorization_malformed")
    assert served == []


@pytest.mark.parametrize("scheme", ["bearer", "BEARER", "BeArEr", "Bearer ", "Bearer  "])
def test_control_the_scheme_in_any_case(authority: ScriptedAuthority, door: Door, scheme: str) -> None:
    """531, 532."""
    answer = door.get(headers={"authorization": f"{scheme} {fresh(authority)} "})
    assert answer.told == {"user": ADA, "door": "bearer"}


@pytest.mark.parametrize("header", OTHERS)
def test_what_is_another_logins_is_left_alone(authority: ScriptedAuthority, door: Door, header: str) -> None:
    """534, and 547: a session beside it is the session, CSRF check included."""
    headers = {"authorization": header.format(fresh(authority))}
    assert door.get(headers=headers).told == ANONYMOUS
    start_session(door.client)
    assert door.get(headers=headers).told == {"user": "barbara", "door": None}
    door.client.cookies.pop("csrftoken", None)
    assert door.post(headers=headers).status == 403
    assert authority.requests == []


@pytest.mark.parametrize("value", ODD)
def test_odd_bytes_are_never_an_error(authority: ScriptedAuthority, door: Door, value: str) -> None:
    """536 to 538: refused or another login's; nothing of them comes back."""
    answer = door.get(HTTP_AUTHORIZATION=value)
    assert answer.status in (200, 400, 401)
    assert answer.status != 200 or answer.told == ANONYMOUS
    assert "Evil" not in "".join(f"{name}: {text}" for name, text in answer.response.items())


@pytest.mark.parametrize("size", [64_000, 1_000_000])
def test_a_giant_header_costs_nothing(authority: ScriptedAuthority, door: Door, served: list[str], size: int) -> None:
    """540. The time is generous, for a busy machine; hashing or matching all of it takes longer."""
    door.get()
    begun = time.perf_counter()
    answer = door.get(headers={"authorization": "Bearer " + "eyJhbGciOiJSUzI1NiJ9." * (size // 21)})
    assert time.perf_counter() - begun < 0.5
    assert answer.status in (200, 400, 401)
    assert served[-1:] in ([], [""])
    assert authority.requests == []


def test_a_token_with_many_groups_is_let_in(authority: ScriptedAuthority, door: Door) -> None:
    """539: 199 groups."""
    groups = [f"00000000-0000-4000-8000-{number:012}" for number in range(199)]
    assert door.get(headers=bearer(authority, groups=groups)).told == {"user": ADA, "door": "bearer"}


@pytest.mark.parametrize("name", ELSEWHERE)
def test_other_headers_are_not_read(authority: ScriptedAuthority, door: Door, name: str) -> None:
    """541, 543."""
    for value in (f"Bearer {fresh(authority)}", ADA):
        assert door.get(headers={f"x-{name}": value, "remote-user": value}).told == ANONYMOUS


def test_other_places_are_not_read(authority: ScriptedAuthority, door: Door) -> None:
    """541."""
    text = fresh(authority)
    door.client.cookies["access_token"] = text
    assert door.get(f"access_token={text}&token={text}").told == ANONYMOUS
    door.client.cookies["csrftoken"] = "a" * 32
    assert door.post({"access_token": text}, headers={"x-csrftoken": "a" * 32}).told == ANONYMOUS


def test_a_token_makes_no_session(authority: ScriptedAuthority, door: Door) -> None:
    """548, 544: no row, no cookie, however often; a session beside it stays another's."""
    for _ in range(5):
        answer = door.post(headers=bearer(authority))
        assert (answer.told["user"], set(answer.response.cookies)) == (ADA, door.own_cookies)
    assert not Session.objects.exists()
    start_entra_session(door.client, authority)
    assert door.get(headers={"authorization": f"Bearer {grace(authority)}"}).told["user"] == GRACE
    assert door.get().told == {"user": ADA, "door": "session"}
    assert Session.objects.count() == 1


@pytest.mark.parametrize("accept", ["text/html", "*/*", "application/json"])
def test_a_bad_token_is_401_whatever_is_accepted(
    authority: ScriptedAuthority, door: Door, served: list[str], accept: str
) -> None:
    """552, 554, 560, 644: no login page, no HTML, not kept by a cache; nothing runs, no resolver either."""
    for bad in (expired(authority), bearer(authority, key=STRANGER), bearer(authority, aud="other")):
        answer = door.get(headers=bad | {"accept": accept, "sec-fetch-mode": "navigate"})
        assert (answer.status, answer.response["Content-Type"]) == (401, "application/problem+json")
        assert answer.response["Cache-Control"] == "no-store"
        assert answer.response["WWW-Authenticate"].startswith('Bearer realm="entrance"')
    assert served == []


def test_text_of_claims_never_breaks_a_header(authority: ScriptedAuthority, door: Door) -> None:
    """556."""
    hostile = 'a"\r\nSet-Cookie: x=1; é€'
    for claims in ({"aud": hostile}, {"iss": authority.host + hostile}, {"scp": hostile}, {"ver": hostile}):
        response = door.get(headers=bearer(authority, **claims)).response
        assert "Set-Cookie" not in response
        challenge = response.get("WWW-Authenticate", "")
        assert challenge.isascii()
        assert challenge.isprintable()


def test_bad_tokens_in_any_order_harm_no_good_one(authority: ScriptedAuthority, door: Door) -> None:
    """565, 561."""
    good = bearer(authority)
    assert door.get(headers=good).told["user"] == ADA
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
        assert door.get(headers=bearer(authority, **change)).status in (401, 403)
    assert door.get(headers=good).told["user"] == ADA
    assert door.new().get(headers=good).told["user"] == ADA
