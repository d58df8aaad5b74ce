"""The state over the control interface: snapshots, the directory, the clock, people."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from entra_double import Emulator
from entra_double._testing.control.state import MOST_SNAPSHOTS

from ...single_page_app import ADA, GRACE, NOW, SinglePageApp, aadsts, payload

ADAS = "ada@contoso.example"


@pytest.fixture
def control(http: httpx.AsyncClient) -> httpx.AsyncClient:
    http.headers.update({"X-Entra-Double-Control": "1"})
    return http


async def refused(response: httpx.Response) -> str:
    assert response.status_code == 400, response.text
    return str(response.json()["error"])


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


@pytest.mark.parametrize("seconds", [1, 61, 3_155_760_000])
async def test_the_access_token_lifetime_is_set(app: SinglePageApp, control: httpx.AsyncClient, seconds: int) -> None:
    response = await control.put("/_control/access-token-lifetime", json={"seconds": seconds})
    assert response.status_code == 204
    assert (await app.tokens())["expires_in"] == seconds


async def test_the_clock_is_moved_both_ways(control: httpx.AsyncClient, emulator: Emulator) -> None:
    now = emulator.now()
    for offset in (86400, -60):
        await control.put("/_control/clock", json={"offset": offset})
        assert emulator.now() == now + offset


async def test_the_version_of_access_tokens_is_switched(control: httpx.AsyncClient, emulator: Emulator) -> None:
    for version, ver in ((1, "1.0"), (2, "2.0")):
        await control.put("/_control/api-token-version", json={"version": version})
        assert payload(emulator.access_token("ada@contoso.example"))["ver"] == ver
