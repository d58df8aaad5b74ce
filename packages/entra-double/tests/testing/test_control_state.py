"""The control interface: going back, the clock, people, tokens, the record."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from entra_double import Emulator
from entra_double._testing.control.state import MOST_SNAPSHOTS

from ..machine import DAEMON
from ..single_page_app import ADA, API, GRACE, NOW, SPA, SinglePageApp, aadsts, header, payload

ADAS = "ada@contoso.example"


@pytest.fixture
def control(http: httpx.AsyncClient) -> httpx.AsyncClient:
    http.headers.update({"X-Entra-Double-Control": "1"})
    return http


async def refused(response: httpx.Response) -> str:
    assert response.status_code == 400, response.text
    return str(response.json()["error"])


async def claims_of(control: httpx.AsyncClient, **body: Any) -> dict[str, object]:
    response = await control.post("/_control/token", json=body)
    assert response.status_code == 200, response.text
    assert response.headers["cache-control"] == "no-store"
    return payload(response.json()["access_token"])


# Going back


async def test_a_snapshot_is_gone_back_to_as_often_as_wanted(control: httpx.AsyncClient, emulator: Emulator) -> None:
    kept = (await control.post("/_control/snapshot")).json()
    for _ in range(2):
        await control.put("/_control/clock", json={"offset": 5})
        await control.put("/_control/people/ada@contoso.example", json={"enabled": False})
        assert (await control.post("/_control/rollback", json=kept)).status_code == 204
        assert emulator.clock_offset == 0
        assert all(person.enabled for person in emulator.directory.people)


@pytest.mark.parametrize("body", [{}, {"id": ""}, {"id": "of nobody"}], ids=str)
async def test_there_is_no_going_back_to_nowhere(control: httpx.AsyncClient, body: dict[str, str]) -> None:
    problem = f"'id' must be that of one of the last {MOST_SNAPSHOTS} snapshots"
    assert await refused(await control.post("/_control/rollback", json=body)) == problem


async def test_old_snapshots_are_forgotten(control: httpx.AsyncClient) -> None:
    kept = [(await control.post("/_control/snapshot")).json() for _ in range(MOST_SNAPSHOTS + 1)]
    assert (await control.post("/_control/rollback", json=kept[0])).status_code == 400
    assert (await control.post("/_control/rollback", json=kept[1])).status_code == 204


# The directory


async def test_the_directory_is_shown_and_set_as_a_file(control: httpx.AsyncClient, emulator: Emulator) -> None:
    shown = await control.get("/_control/directory")
    assert (shown.headers["content-type"], shown.headers["cache-control"]) == ("application/toml", "no-store")
    changed = shown.text.replace('"Ada Lovelace"', '"Augusta Ada King"')
    assert (await control.put("/_control/directory", content=changed)).status_code == 204
    assert emulator.directory.people[0].name == "Augusta Ada King"
    assert (await control.get("/_control/directory")).text == changed
    await control.post("/_control/reset")
    assert emulator.directory.people[0].name == "Ada Lovelace"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (b"[[tenants]]\nname = 5\n", "entra-double.toml:2: "),
        (b"[[tenants\n", "entra-double.toml:1: this is no TOML"),
        (b"\xff", "'utf-8' codec can't decode"),
    ],
)
async def test_a_file_with_an_error_changes_nothing(
    control: httpx.AsyncClient, emulator: Emulator, text: bytes, problem: str
) -> None:
    before = emulator.directory
    assert (await refused(await control.put("/_control/directory", content=text))).startswith(problem)
    assert emulator.directory is before


# The clock


async def test_the_clock_is_set_and_moved(control: httpx.AsyncClient, emulator: Emulator) -> None:
    for body, now in [
        ({"offset": 60}, NOW + 60),
        ({"advance": 40}, NOW + 100),
        ({"advance": -10}, NOW + 90),
        ({"at": 1_800_000_000}, 1_800_000_000),
        ({"at": 0}, 0),
        ({"offset": 0}, NOW),
    ]:
        assert (await control.put("/_control/clock", json=body)).status_code == 204
        assert emulator.now() == now


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ({"at": "now"}, "'at' must be a whole number"),
        ({"at": 1, "offset": 1}, "only one of offset, advance, at can be given"),
        ({"later": 1}, "'later' is not known; there are offset, advance, at"),
        ({"at": -1}, "'at' leads out of the years 1970 to 9999"),
        ({"at": 253_402_300_800}, "'at' leads out of the years 1970 to 9999"),
        ({"advance": 10**30}, "'advance' leads out of the years 1970 to 9999"),
    ],
)
async def test_a_clock_that_makes_no_sense(
    control: httpx.AsyncClient, emulator: Emulator, body: dict[str, Any], problem: str
) -> None:
    assert await refused(await control.put("/_control/clock", json=body)) == problem
    assert emulator.clock_offset == 0


# People


async def test_a_person_is_disabled_and_what_they_can_prove_changes(
    control: httpx.AsyncClient, emulator: Emulator
) -> None:
    before = emulator.directory.people
    assert (await control.put(f"/_control/people/{ADA}", json={"methods": ["pwd"]})).status_code == 204
    assert (await control.put("/_control/people/Ada@contoso.example", json={"enabled": False})).status_code == 204
    ada, *others = emulator.directory.people
    assert (ada.object_id, ada.enabled, ada.methods) == (ADA, False, frozenset({"pwd"}))
    assert tuple(others) == before[1:]
    assert (await control.put(f"/_control/people/{ADA}", json={})).status_code == 204
    assert emulator.directory.people[0] == ada


@pytest.mark.parametrize(
    ("name", "body", "problem"),
    [
        ("nobody@contoso.example", {}, "there is no person of that name"),
        (ADA, {"enabled": 1}, "'enabled' must be true or false"),
        (ADA, {"methods": "pwd"}, "'methods' must be a list of texts, such as pwd and mfa"),
        (ADA, {"methods": [1]}, "'methods' must be a list of texts, such as pwd and mfa"),
        (ADA, {"name": "A"}, "'name' is not known; there are enabled, methods"),
    ],
)
async def test_a_change_of_a_person_that_makes_no_sense(
    control: httpx.AsyncClient, name: str, body: dict[str, Any], problem: str
) -> None:
    assert await refused(await control.put(f"/_control/people/{name}", json=body)) == problem


async def test_one_persons_refresh_tokens_are_revoked(
    app: SinglePageApp, control: httpx.AsyncClient, emulator: Emulator
) -> None:
    adas, graces = str((await app.tokens(ADA))["refresh_token"]), str((await app.tokens(GRACE))["refresh_token"])
    assert (await control.post("/_control/revoke", json={"person": ADAS})).status_code == 204
    assert aadsts(await app.refresh(adas)) == 50173
    assert (await app.refresh(graces)).status_code == 200
    assert next(each for each in emulator.directory.people if each.object_id == ADA).valid_from == NOW
    assert await refused(await control.post("/_control/revoke", json={})) == "there is no person of that name"


# Tokens


async def test_a_token_has_the_version_and_the_claims_that_are_asked_for(control: httpx.AsyncClient) -> None:
    claims = await claims_of(control, person=ADAS, version=1, claims={"roles": ["Other"], "name": None, "x": [1]})
    assert (claims["ver"], claims["roles"], claims["x"], claims["appid"]) == ("1.0", ["Other"], [1], SPA)
    assert "name" not in claims
    assert (await claims_of(control, person=ADAS))["roles"] == ["Admin"]
    await control.put("/_control/api-token-version", json={"version": 1})
    assert [(await claims_of(control, person=ADAS, version=each))["ver"] for each in (None, 1, 2)] == [
        "1.0",
        "1.0",
        "2.0",
    ]


async def test_a_changed_token_is_signed_and_headed_like_the_others(
    control: httpx.AsyncClient, emulator: Emulator
) -> None:
    for scope, names in [(None, {"typ", "alg", "x5t", "kid"}), ("openid", {"typ", "alg", "x5t", "kid", "nonce"})]:
        body = {"person": ADAS, "version": 1, "claims": {"x": 1}} | ({"scope": scope} if scope else {})
        token = (await control.post("/_control/token", json=body)).json()["access_token"]
        assert set(header(token)) == names
        assert emulator.verify_own(token)["x"] == 1


async def test_an_application_gets_its_own_token(control: httpx.AsyncClient) -> None:
    claims = await claims_of(control, application=DAEMON)
    assert (claims["azp"], claims["roles"], claims["aud"]) == (DAEMON, ["Logbook.Read.All"], API)
    assert (await claims_of(control, application=DAEMON, claims={"roles": None})).get("roles") is None


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ({"person": ADAS, "version": 3}, "'version' must be 1 or 2"),
        ({"person": ADAS, "version": True}, "'version' must be 1 or 2"),
        ({"person": ADAS, "version": "1"}, "'version' must be 1 or 2"),
        ({"person": ADAS, "claims": []}, "'claims' must be an object"),
        ({"application": DAEMON, "person": ADAS}, "'application' and 'person' cannot both be given"),
        ({"application": DAEMON, "version": 1}, "'application' and 'version' cannot both be given"),
        ({"application": 5}, "'application' must be text"),
        (
            {"persona": ADAS},
            "'persona' is not known; there are person, application, client_id, scope, version, agent, claims",
        ),
    ],
)
async def test_a_token_that_makes_no_sense(control: httpx.AsyncClient, body: dict[str, Any], problem: str) -> None:
    assert await refused(await control.post("/_control/token", json=body)) == problem


async def test_an_application_without_a_role_is_refused_as_by_the_service(control: httpx.AsyncClient) -> None:
    assert (await refused(await control.post("/_control/token", json={"application": SPA}))).startswith("AADSTS501051")


# Forgeries


async def test_forgeries_are_listed_and_made(control: httpx.AsyncClient, emulator: Emulator) -> None:
    listed = {each["name"]: each for each in (await control.get("/_control/forgeries")).json()}
    assert listed["alg_none"] == {
        "name": "alg_none",
        "group": "header",
        "corpus": ["001"],
        "says": "no signature, alg none",
        "expect": "refuse",
        "status": 401,
    }
    response = await control.post("/_control/forgery", json={"name": "alg_none", "person": "grace@contoso.example"})
    token = response.json()["token"]
    assert (header(token)["alg"], payload(token)["oid"]) == ("none", GRACE)
    assert response.headers["cache-control"] == "no-store"
    assert payload((await control.post("/_control/forgery", json={"name": "alg_null"})).json()["token"])["oid"] == ADA


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ({}, "'name' must be one of those that GET forgeries lists"),
        ({"name": "of nobody"}, "'name' must be one of those that GET forgeries lists"),
        ({"name": "alg_none", "people": ADAS}, "'people' is not known; there are name, person, client_id, scope"),
    ],
)
async def test_a_forgery_that_makes_no_sense(control: httpx.AsyncClient, body: dict[str, Any], problem: str) -> None:
    assert await refused(await control.post("/_control/forgery", json=body)) == problem


async def test_a_forgery_of_somebody_who_gets_no_token(control: httpx.AsyncClient) -> None:
    body = {"name": "alg_none", "person": "mallory@contoso.example"}
    assert (await refused(await control.post("/_control/forgery", json=body))).startswith("AADSTS50105")


# The record


async def test_the_record_is_emptied(app: SinglePageApp, control: httpx.AsyncClient) -> None:
    await app.authorize()
    assert len((await control.get("/_control/requests")).json()) == 1
    assert (await control.delete("/_control/requests")).status_code == 204
    assert (await control.get("/_control/requests")).json() == []
