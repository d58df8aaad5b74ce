"""The request log: a line for the terminal and an entry for tests."""

from __future__ import annotations

import logging

import pytest
from entra_double import Emulator
from entra_double._http.request_log import RequestLog
from entra_double._testing.in_process import ask
from starlette.types import Message, Receive, Scope, Send

from ..single_page_app import BASE_URL, TENANT, SinglePageApp


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
