"""Reads what a control request says, and gives the answers that all of them share."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from entra_double._http.forms import read_json
from entra_double._tokens.emulator import Emulator

Body = Mapping[str, object]


class BadControlRequest(Exception):
    """The body does not say what the control needs."""


def emulator_of(request: Request) -> Emulator:
    emulator: Emulator = request.app.state.emulator
    return emulator


def done() -> Response:
    return Response(status_code=204)


def secret(answer: Body) -> Response:
    """Answer with what nobody may keep."""
    return JSONResponse(answer, headers={"Cache-Control": "no-store"})


async def bad_request(request: Request, problem: Exception) -> Response:
    return JSONResponse({"error": str(problem)}, status_code=400)


async def read(request: Request) -> Body:
    try:
        body = await read_json(request)
    except ValueError:
        raise BadControlRequest("the body must be a JSON object") from None
    if not isinstance(body, dict):
        raise BadControlRequest("the body must be a JSON object")
    return body


def whole_number(body: Body, name: str) -> int:
    value = body.get(name)
    if not isinstance(value, int) or isinstance(value, bool):
        raise BadControlRequest(f"'{name}' must be a whole number")
    return value


def text(body: Body, name: str, default: str = "") -> str:
    value = body.get(name, default)
    if not isinstance(value, str):
        raise BadControlRequest(f"'{name}' must be text")
    return value


def optional_text(body: Body, name: str) -> str | None:
    return None if body.get(name) is None else text(body, name)


def only(body: Body, *names: str) -> None:
    """Refuse members that nobody would read: a misspelt wish must not pass for one that was heard."""
    if unknown := sorted(body.keys() - set(names)):
        raise BadControlRequest(f"'{unknown[0]}' is not known; there are {', '.join(names)}")
