"""Outages, seen from a client."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from entra_double import Emulator, Entra, EntraDown, Outage
from entra_double._testing.control.outage_gate import OutageGate
from entra_double._world.outages import ENDPOINTS, KINDS, Outages
from starlette.responses import PlainTextResponse

from ...single_page_app import APP, AUTHORIZE, BASE_URL, DISCOVERY, KEYS, TENANT, TOKEN


def begin(emulator: Emulator, kind: Any, endpoint: Any = "keys", **more: Any) -> None:
    emulator.outages.begin(Outage(endpoint=endpoint, kind=kind, **more))


@pytest.mark.parametrize(
    ("kind", "status", "begins", "length"),
    [
        ("unavailable", 503, b"The service", 27),
        ("throttled", 429, b'{"error":', 35),
        ("garbage", 200, b"<html>", 49),
        ("huge", 200, b"  ", 3_000_000),
        ("redirect", 302, b"", 0),
    ],
)
async def test_an_endpoint_fails_as_asked(
    http: httpx.AsyncClient, emulator: Emulator, kind: str, status: int, begins: bytes, length: int
) -> None:
    begin(emulator, kind, seconds=7.0)
    response = await http.get(KEYS)
    assert (response.status_code, response.content[: len(begins)], len(response.content)) == (status, begins, length)
    assert response.headers.get("Retry-After") == ("7" if kind == "throttled" else None)
    assert (await http.get(DISCOVERY)).json()["issuer"], "the others work on"
    emulator.outages.end()
    assert (await http.get(KEYS)).json()["keys"]


@pytest.mark.parametrize("kind", ["unavailable", "throttled", "garbage", "huge", "redirect"])
@pytest.mark.parametrize(
    ("path", "origin", "shared_with"),
    [
        (TOKEN, APP, APP),
        (TOKEN, "https://evil.example", None),
        (f"/{TENANT}/oauth2/v2.0/devicecode", APP, APP),
        (KEYS, "https://evil.example", "*"),
        ("/v1.0/me", "https://evil.example", "*"),
        ("/oidc/userinfo", "https://evil.example", "*"),
        (AUTHORIZE, APP, None),
    ],
)
async def test_a_web_page_sees_the_failures_of_what_it_may_read(
    http: httpx.AsyncClient, emulator: Emulator, kind: str, path: str, origin: str, shared_with: str | None
) -> None:
    method = "POST" if path.endswith(("token", "code")) else "GET"
    well = await http.request(method, path, headers={"Origin": origin})
    begin(emulator, kind, endpoint="any")
    failed = await http.request(method, path, headers={"Origin": origin})
    assert failed.headers.get("Access-Control-Allow-Origin") == shared_with
    for name in ("Access-Control-Allow-Origin", "Access-Control-Expose-Headers", "Vary"):
        assert failed.headers.get(name) == well.headers.get(name)


async def test_a_browser_that_asks_first_meets_no_failure(http: httpx.AsyncClient, emulator: Emulator) -> None:
    begin(emulator, "throttled", endpoint="token", times=1)
    assert (await http.options(TOKEN, headers={"Origin": APP})).status_code == 204
    assert [(await http.post(TOKEN)).status_code for _ in range(2)] == [429, 400]


@pytest.mark.parametrize("kind", ["slow", "dripping"])
async def test_waiting_is_done_between(emulator: Emulator, kind: Any) -> None:
    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    gate = OutageGate(PlainTextResponse("in time"), emulator, sleep)
    begin(emulator, kind, endpoint="any", seconds=3.0)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(gate), base_url=BASE_URL) as client:
        response = await client.get("/x")
    assert set(waited) == {3.0}
    assert (response.text == "in time") is (kind == "slow")
    assert (len(waited) == 1) is (kind == "slow")


async def test_an_outage_may_meet_some_requests_only(http: httpx.AsyncClient, emulator: Emulator) -> None:
    begin(emulator, "unavailable", times=2)
    assert [(await http.get(KEYS)).status_code for _ in range(3)] == [503, 503, 200]


async def test_any_is_everything_but_health_and_control(http: httpx.AsyncClient, emulator: Emulator) -> None:
    begin(emulator, "unavailable", endpoint="any")
    for path in (DISCOVERY, KEYS, f"/{TENANT}/oauth2/v2.0/authorize", f"/{TENANT}/oauth2/v2.0/logout", "/"):
        assert (await http.get(path)).status_code == 503
    assert (await http.post(f"/{TENANT}/oauth2/v2.0/token")).status_code == 503
    assert (await http.get("/health")).status_code == 200
    control = {"X-Entra-Double-Control": "1"}
    assert (await http.delete("/_control/outages", headers=control)).status_code == 204
    assert (await http.get(KEYS)).status_code == 200


@pytest.mark.parametrize(
    ("endpoint", "path"),
    [
        ("discovery", DISCOVERY),
        ("discovery", f"/{TENANT}/.well-known/openid-configuration"),
        ("keys", "/common/discovery/keys"),
        ("authorize", f"/{TENANT}/oauth2/v2.0/authorize"),
        ("token", f"/{TENANT}/oauth2/v2.0/token"),
        ("logout", f"/{TENANT}/oauth2/v2.0/logout"),
        ("graph", "/v1.0/me"),
        ("device", f"/{TENANT}/oauth2/v2.0/devicecode"),
        ("userinfo", "/oidc/userinfo"),
    ],
)
def test_each_endpoint_has_its_paths(endpoint: Any, path: str) -> None:
    outages = Outages()
    outages.begin(Outage(endpoint=endpoint, kind="garbage"))
    assert outages.meet(path) is not None
    others = {name for name in ENDPOINTS if Outage(endpoint=name, kind="garbage").meets(path)}
    assert others == {endpoint, "any"}


async def test_the_control_begins_and_ends_outages(http: httpx.AsyncClient) -> None:
    control = {"X-Entra-Double-Control": "1"}
    for kind in KINDS:
        body = {"endpoint": "keys", "kind": kind, "seconds": 0, "times": 1}
        assert (await http.post("/_control/outages", json=body, headers=control)).status_code == 204
    await http.delete("/_control/outages", headers=control)
    assert (await http.get(KEYS)).status_code == 200
    await http.post("/_control/outages", json={"kind": "unavailable"}, headers=control)
    assert (await http.get(KEYS)).status_code == 503
    await http.put("/_control/outages", json={"kind": "throttled", "endpoint": "/*/keys"}, headers=control)
    assert (await http.get(KEYS)).status_code == 429
    assert (await http.get(DISCOVERY)).status_code == 200, "it has taken the place of the other"
    await http.post("/_control/reset", headers=control)
    assert (await http.get(KEYS)).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"kind": "sad"},
        {"kind": 5},
        {"kind": "slow", "endpoint": "nowhere"},
        {"kind": "slow", "endpoint": 5},
        {"kind": "slow", "seconds": -1},
        {"kind": "slow", "seconds": 601},
        {"kind": "slow", "seconds": "5"},
        {"kind": "slow", "times": 0},
        {"kind": "slow", "times": True},
        {"kind": "slow", "times": "1"},
    ],
    ids=str,
)
async def test_a_wish_that_makes_no_sense_changes_nothing(http: httpx.AsyncClient, body: dict[str, object]) -> None:
    response = await http.post("/_control/outages", json=body, headers={"X-Entra-Double-Control": "1"})
    assert (response.status_code, "must be" in response.json()["error"]) == (400, True)
    assert (await http.get(KEYS)).status_code == 200


async def test_a_misspelt_wish_is_not_heard_as_another(http: httpx.AsyncClient) -> None:
    body = {"kind": "slow", "second": 5}
    response = await http.post("/_control/outages", json=body, headers={"X-Entra-Double-Control": "1"})
    assert response.json() == {"error": "'second' is not known; there are endpoint, kind, seconds, times"}


@pytest.mark.parametrize(("endpoint", "kind"), [("nowhere", "slow"), ("keys", "sad")])
def test_an_outage_of_nothing_is_an_error(endpoint: str, kind: Any) -> None:
    with pytest.raises(ValueError, match="expected one of"):
        Outage(endpoint=endpoint, kind=kind)


def test_a_pattern_of_paths_meets_those_alone() -> None:
    outage = Outage(endpoint="/*/oauth2/v2.0/token", kind="garbage")
    assert outage.meets(f"/{TENANT}/oauth2/v2.0/token")
    assert not outage.meets(f"/{TENANT}/oauth2/token")
    assert not Outage(endpoint="/*", kind="garbage").meets("/_control/outages")


@pytest.mark.parametrize("fixture", ["entra", "entra_server"])
def test_an_answer_that_breaks_off_is_no_answer(request: pytest.FixtureRequest, fixture: str) -> None:
    held = request.getfixturevalue(fixture)
    with held.outage("keys", "down"), pytest.raises(EntraDown, match="got"):
        held.request("GET", KEYS)
    assert held.request("GET", KEYS).status == 200


def test_an_outage_in_a_block_leaves_the_others(entra: Entra) -> None:
    with entra.outage("keys"):
        with entra.outage("discovery"):
            assert [entra.request("GET", path).status for path in (KEYS, DISCOVERY)] == [503, 503]
        assert [entra.request("GET", path).status for path in (KEYS, DISCOVERY)] == [503, 200]


@pytest.mark.parametrize(("times", "after"), [(1, 200), (2, 503)])
def test_a_block_gives_no_failure_back_that_was_met_in_it(entra: Entra, times: int, after: int) -> None:
    with entra.outage("keys", times=times):
        with entra.outage("discovery"):
            assert entra.request("GET", KEYS).status == 503
        assert entra.request("GET", KEYS).status == after
    assert entra.request("GET", KEYS).status == 200


def test_a_block_ends_its_own_failure_alone(entra: Entra) -> None:
    with entra.outage("keys", times=3):
        begin(entra.emulator, "unavailable", times=2)
        assert entra.request("GET", KEYS).status == 503
    assert [entra.request("GET", KEYS).status for _ in range(3)] == [503, 503, 200]
