"""The control interface for tests: what would otherwise need an administrator, an outage or a day of waiting."""

from __future__ import annotations

import json

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from entra_local._emulator import Emulator
from entra_local._errors import Refusal
from entra_local._forms import read_body
from entra_local._outages import ENDPOINTS, KINDS, Outage
from entra_local._seed import API_SCOPE, SPA_CLIENT_ID

_LONGEST_WAIT = 600

CONTROL_HEADER = "X-Entra-Local-Control"


class BadControlRequest(Exception):
    """The body does not say what the control needs."""


def control(emulator: Emulator) -> ASGIApp:
    """Make the routes under `/_control`; each needs the control header, which no foreign web page can send."""
    panel = _Panel(emulator)
    routes = [
        Route("/reset", panel.reset, methods=["POST"]),
        Route("/revoke-refresh-tokens", panel.revoke_refresh_tokens, methods=["POST"]),
        Route("/end-sessions", panel.end_sessions, methods=["POST"]),
        Route("/rotate-keys", panel.rotate_keys, methods=["POST"]),
        Route("/access-token-lifetime", panel.set_access_token_lifetime, methods=["PUT"]),
        Route("/clock", panel.set_clock, methods=["PUT"]),
        Route("/api-token-version", panel.set_api_token_version, methods=["PUT"]),
        Route("/outages", panel.begin_outage, methods=["POST"]),
        Route("/outages", panel.end_outages, methods=["DELETE"]),
        Route("/requests", panel.requests, methods=["GET"]),
        Route("/token", panel.token, methods=["POST"]),
    ]
    handlers = {BadControlRequest: _bad_request, Refusal: _bad_request}
    return _ControlGate(Starlette(routes=routes, exception_handlers=handlers))


class _ControlGate:
    """Refuses requests without the control header; a web page could add it only with CORS, which we never grant."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if Request(scope).headers.get(CONTROL_HEADER) == "1":
            await self._app(scope, receive, send)
        else:
            refusal = JSONResponse({"error": f"Send the header {CONTROL_HEADER}: 1"}, status_code=403)
            await refusal(scope, receive, send)


class _Panel:
    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator

    async def reset(self, request: Request) -> Response:
        self._emulator.reset()
        return _done()

    async def revoke_refresh_tokens(self, request: Request) -> Response:
        self._emulator.revoke_refresh_tokens()
        return _done()

    async def end_sessions(self, request: Request) -> Response:
        self._emulator.sessions.clear()
        return _done()

    async def rotate_keys(self, request: Request) -> Response:
        self._emulator.keys.rotate()
        return _done()

    async def set_access_token_lifetime(self, request: Request) -> Response:
        seconds = await _number(request, "seconds")
        if seconds < 1:
            raise BadControlRequest("'seconds' must be at least 1")
        self._emulator.access_token_lifetime = seconds
        return _done()

    async def set_clock(self, request: Request) -> Response:
        self._emulator.clock_offset = await _number(request, "offset")
        return _done()

    async def set_api_token_version(self, request: Request) -> Response:
        version = await _number(request, "version")
        if version not in (1, 2):
            raise BadControlRequest("'version' must be 1 or 2")
        self._emulator.use_access_token_version(1 if version == 1 else 2)
        return _done()

    async def begin_outage(self, request: Request) -> Response:
        self._emulator.outages.begin(_outage(await _body(request)))
        return _done()

    async def end_outages(self, request: Request) -> Response:
        self._emulator.outages.end()
        return _done()

    async def requests(self, request: Request) -> Response:
        return JSONResponse(list(self._emulator.requests))

    async def token(self, request: Request) -> Response:
        body = await _body(request)
        token = self._emulator.access_token(
            _text(body, "person", ""),
            client_id=_text(body, "client_id", SPA_CLIENT_ID),
            scope=_text(body, "scope", API_SCOPE),
        )
        return JSONResponse({"access_token": token}, headers={"Cache-Control": "no-store"})


def _done() -> Response:
    return Response(status_code=204)


async def _bad_request(request: Request, problem: Exception) -> Response:
    return JSONResponse({"error": str(problem)}, status_code=400)


async def _body(request: Request) -> dict[str, object]:
    try:
        body = json.loads(await read_body(request))
    except ValueError:
        raise BadControlRequest("the body must be a JSON object") from None
    if not isinstance(body, dict):
        raise BadControlRequest("the body must be a JSON object")
    return body


async def _number(request: Request, name: str) -> int:
    value = (await _body(request)).get(name)
    if not isinstance(value, int) or isinstance(value, bool):
        raise BadControlRequest(f"'{name}' must be a whole number")
    return value


def _outage(body: dict[str, object]) -> Outage:
    endpoint = next((each for each in ENDPOINTS if each == body.get("endpoint", "any")), None)
    kind = next((each for each in KINDS if each == body.get("kind")), None)
    seconds, times = body.get("seconds", 1.0), body.get("times")
    if endpoint is None or kind is None:
        raise BadControlRequest(f"'endpoint' must be one of {', '.join(ENDPOINTS)}; 'kind' of {', '.join(KINDS)}")
    if not isinstance(seconds, int | float) or not 0 <= seconds <= _LONGEST_WAIT:
        raise BadControlRequest(f"'seconds' must be a number from 0 to {_LONGEST_WAIT}")
    if times is not None and (type(times) is not int or times < 1):
        raise BadControlRequest("'times' must be a whole number of at least 1")
    return Outage(endpoint=endpoint, kind=kind, seconds=float(seconds), times=times)


def _text(body: dict[str, object], name: str, default: str) -> str:
    value = body.get(name, default)
    if not isinstance(value, str):
        raise BadControlRequest(f"'{name}' must be text")
    return value
