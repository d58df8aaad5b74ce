"""Restricts the control interface to same-origin callers and callers with the token."""

from __future__ import annotations

import hmac

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from entra_double._tokens.emulator import Emulator

CONTROL_HEADER = "X-Entra-Double-Control"
WITHOUT_TOKEN = "1"

NO_TOKEN = f"Send the header {CONTROL_HEADER}: {WITHOUT_TOKEN}"
SOME_TOKEN = f"Send the header {CONTROL_HEADER}: <the control token>"

_OWN_SITES = (None, "same-origin", "none")


class ControlGate:
    """Refuses with 403; another web page could add the header only with CORS, which is never granted here.

    https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Sec-Fetch-Site
    """

    def __init__(self, app: ASGIApp, emulator: Emulator) -> None:
        self._app = app
        self._emulator = emulator

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        problem = self._problem(Headers(scope=scope))
        answer = self._app if problem is None else JSONResponse({"error": problem}, status_code=403)
        await answer(scope, receive, send)

    def _problem(self, headers: Headers) -> str | None:
        if headers.get("origin", self._emulator.base_url) != self._emulator.base_url:
            return "The control interface is not for other web pages."
        if headers.get("sec-fetch-site") not in _OWN_SITES:
            return "The control interface is not for other web pages."
        token = self._emulator.control_token
        if hmac.compare_digest(headers.get(CONTROL_HEADER, "").encode(), (token or WITHOUT_TOKEN).encode()):
            return None
        return SOME_TOKEN if token else NO_TOKEN
