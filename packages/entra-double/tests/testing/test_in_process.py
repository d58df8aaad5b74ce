"""Asking an application without a socket: what it is told, and what comes back."""

from __future__ import annotations

from typing import Any

import pytest
from entra_double._testing.in_process import ask
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

ADDRESS = "http://localhost:8400/a%20b/c?d=e%26f"


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    request = Request(scope, receive)
    told = {
        "method": request.method,
        "path": request.url.path,
        "raw": scope["raw_path"].decode(),
        "query": request.url.query,
        "host": request.headers["host"],
        "x": request.headers.get("x"),
        "length": request.headers["content-length"],
        "body": (await request.body()).decode(),
        "scheme": scope["scheme"],
        "client": scope["client"],
    }
    await JSONResponse(told, status_code=201, headers={"X-Told": "Yes"})(scope, receive, send)


async def never(scope: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"half", "more_body": True})


def test_everything_of_a_request_arrives_and_everything_of_an_answer() -> None:
    import json

    answer = ask(echo, "PUT", ADDRESS, headers={"X": "1"}, body=b"whole")
    assert (answer.status, answer.headers["x-told"]) == (201, "Yes")
    assert json.loads(answer.body) == {
        "method": "PUT",
        "path": "/a b/c",
        "raw": "/a%20b/c",
        "query": "d=e%26f",
        "host": "localhost:8400",
        "x": "1",
        "length": "5",
        "body": "whole",
        "scheme": "http",
        "client": ["127.0.0.1", 0],
    }
    assert "whole" not in repr(answer)


def test_a_host_may_be_named_otherwise() -> None:
    assert b'"host":"other"' in ask(echo, "GET", ADDRESS, headers={"Host": "other"}).body


def test_half_an_answer_is_none() -> None:
    with pytest.raises(ConnectionResetError, match="broke off"):
        ask(never, "GET", ADDRESS)


def test_an_error_of_the_application_comes_through() -> None:
    async def fail(*_: Any) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        ask(fail, "GET", ADDRESS)
