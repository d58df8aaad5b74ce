"""The Host header of requests."""

from __future__ import annotations

import httpx
import pytest
from entra_double import Emulator, make_app

from ..single_page_app import AUTHORIZE, BASE_URL


@pytest.mark.parametrize("host", ["localhost:8400", "localhost", "LOCALHOST:1", "127.0.0.1:8400", "[::1]:8400"])
async def test_this_machines_names_are_answered(http: httpx.AsyncClient, host: str) -> None:
    assert (await http.get("/health", headers={"Host": host})).status_code == 200


@pytest.mark.parametrize(
    "host",
    ["evil.example", "localhost.evil.example", "localhost:8400.evil.example", "127.0.0.1.evil.example", ""],
)
@pytest.mark.parametrize("path", ["/health", "/_control/requests", AUTHORIZE])
async def test_other_names_are_turned_away(http: httpx.AsyncClient, host: str, path: str) -> None:
    response = await http.get(path, headers={"Host": host, "X-Entra-Double-Control": "1"})
    assert response.status_code == 421
    assert response.text == "entra-double answers to 127.0.0.1, [::1], localhost only, not to this name.\n"


# Names that are not ours (DNS rebinding)

NOT_OURS = (
    "evil.example localhost.evil.example evil.example:8400 127.0.0.1.nip.io 127.0.0.2 [::2] ::1 localhost: [::1"
    " localhost:8400:8400 localhost:123456 localhost:x user@localhost localhost/ localhost,evil.example 0x7f000001"
    " 2130706433"
)


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "127.0.0.1:65535", "[::1]:1"])
async def test_this_machine_has_these_names(http: httpx.AsyncClient, host: str) -> None:
    assert (await http.get("/health", headers={"Host": host})).status_code == 200


@pytest.mark.parametrize("host", [*NOT_OURS.split(), " localhost"])
async def test_nobody_elses_name_is_answered_to(http: httpx.AsyncClient, host: str) -> None:
    for path in ("/health", "/_control/requests", AUTHORIZE):
        assert (await http.get(path, headers={"Host": host, "X-Entra-Double-Control": "1"})).status_code == 421


async def test_a_name_that_was_asked_for_is_answered_to(emulator: Emulator) -> None:
    named = Emulator(base_url="https://Login.example:8443", keys=emulator.keys, hosts=["graph.example"])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(make_app(named)), base_url=BASE_URL) as client:
        hosts = ("login.example:8443", "login.example", "graph.example", "localhost", "other.example")
        statuses = [(await client.get("/health", headers={"Host": host})).status_code for host in hosts]
    assert statuses == [200, 200, 200, 200, 421]


async def test_an_ipv6_address_is_a_name_too(emulator: Emulator) -> None:
    named = Emulator(base_url="http://[fd00::1]:8400", keys=emulator.keys)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(make_app(named)), base_url=BASE_URL) as client:
        hosts = ("[fd00::1]:8400", "[FD00::1]", "[::1]:8400", "[fd00::2]:8400", "[fd00:8400", "fd00")
        statuses = [(await client.get("/health", headers={"Host": host})).status_code for host in hosts]
    assert statuses == [200, 200, 200, 421, 421, 421]
