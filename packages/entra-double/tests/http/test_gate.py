"""Who is answered at all, and what is told of each request."""

from __future__ import annotations

import logging

import httpx
import pytest
from entra_double import Emulator, make_app
from entra_double._http.request_log import RequestLog
from entra_double._testing.in_process import ask
from starlette.types import Message, Receive, Scope, Send

from ..single_page_app import AUTHORIZE, BASE_URL, TENANT, SinglePageApp

# The gate


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


# The request log


async def test_a_line_says_what_happened(app: SinglePageApp, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "entra_double")
    code = (await app.sign_in())["code"]
    await app.redeem(code)
    await app.redeem(code)
    await app.http.get("/health")
    assert caplog.messages == [
        f"200  GET  /{TENANT}/oauth2/v2.0/authorize  Logbook web",
        f"302  POST  /{TENANT}/sign-in  Logbook web  ada@contoso.example",
        f"200  POST  /{TENANT}/oauth2/v2.0/token  authorization_code  Logbook web  ada@contoso.example",
        f"400  POST  /{TENANT}/oauth2/v2.0/token  authorization_code  Logbook web  AADSTS54005",
    ]
    assert code not in caplog.text


async def test_it_is_told_once_and_before_the_answer_ends(emulator: Emulator) -> None:
    told: list[int] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        for more in (True, True, False, False):
            await send({"type": "http.response.body", "body": b"a", "more_body": more})

    async def receive() -> Message:
        return {"type": "http.request"}

    async def send(message: Message) -> None:
        told.append(len(emulator.requests))

    scope = {"type": "http", "method": "GET", "path": "/x", "query_string": b"", "headers": []}
    await RequestLog(app, emulator)(scope, receive, send)
    assert told == [0, 0, 0, 1, 1], "start, two pieces, the end, and what nobody should send"
    assert [entry["status"] for entry in emulator.requests] == [200]


async def test_a_request_that_fails_is_told_as_well(emulator: Emulator) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        ask(RequestLog(app, emulator), "GET", f"{BASE_URL}/x")
    assert [(entry["path"], entry["status"]) for entry in emulator.requests] == [("/x", None)]


async def test_a_request_cannot_forge_a_line(app: SinglePageApp, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "entra_double")
    await app.http.get("/a%0a200  GET  forged")
    await app.authorize(client_id="11111111-0000-4000-a000-000000000001")
    assert caplog.messages == [
        "404  GET  /a%0A200%20%20GET%20%20forged",
        f"400  GET  /{TENANT}/oauth2/v2.0/authorize  unknown client  AADSTS700016",
    ]
