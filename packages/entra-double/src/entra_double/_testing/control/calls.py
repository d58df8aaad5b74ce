"""Reads what a control request asks for, and answers it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from entra_double._http.forms import read_body, read_json
from entra_double._tokens.emulator import Emulator
from entra_double._tokens.memory import Bounded
from entra_double._tokens.state import Snapshot

TOML = ("toml",)
"""In place of the fields of a JSON body: the body is a directory file."""

_LARGEST_DIRECTORY = 50_000_000


class BadControlRequest(Exception):
    """The body is not what the command takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request: the fields of its body, and what it may change. `username` is the last part of the path."""

    emulator: Emulator
    snapshots: Bounded[str, Snapshot]
    body: Mapping[str, object]
    username: str

    def whole_number(self, name: str) -> int:
        value = self.body.get(name)
        if not isinstance(value, int) or isinstance(value, bool):
            raise BadControlRequest(f"'{name}' must be a whole number")
        return value

    def text(self, name: str) -> str:
        value = self.body.get(name, "")
        if not isinstance(value, str):
            raise BadControlRequest(f"'{name}' must be text")
        return value

    def optional_text(self, name: str) -> str | None:
        return None if self.body.get(name) is None else self.text(name)


@dataclass(frozen=True, slots=True)
class Command:
    """What a method of a path does, and the fields that its body may have."""

    method: str
    path: str
    run: Callable[[Call], object]
    fields: tuple[str, ...] = ()

    async def answer(self, request: Request, emulator: Emulator, snapshots: Bounded[str, Snapshot]) -> Response:
        """Answer with what `run` returns: nothing, a response, or JSON that may hold a token."""
        call = Call(
            emulator=emulator,
            snapshots=snapshots,
            body=await _read(request, self.fields) if self.fields else {},
            username=request.path_params.get("username", ""),
        )
        result = self.run(call)
        if isinstance(result, Response):
            return result
        return Response(status_code=204) if result is None else JSONResponse(result, headers=NO_STORE)


NO_STORE = {"Cache-Control": "no-store"}


async def bad_request(request: Request, problem: Exception) -> Response:
    return JSONResponse({"error": str(problem)}, status_code=400)


async def _read(request: Request, fields: tuple[str, ...]) -> Mapping[str, object]:
    """Read the body, and refuse fields that would be ignored, such as a misspelt one."""
    if fields is TOML:
        return {"toml": (await read_body(request, _LARGEST_DIRECTORY)).decode()}
    try:
        body = await read_json(request)
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise BadControlRequest("the body must be a JSON object")
    if unknown := sorted(body.keys() - set(fields)):
        raise BadControlRequest(f"'{unknown[0]}' is not known; there are {', '.join(fields)}")
    return body
