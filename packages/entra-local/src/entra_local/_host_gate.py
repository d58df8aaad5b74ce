"""Turns away requests with a foreign Host header, so that no web site can rebind its name to us."""

from __future__ import annotations

import re

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

_LOOPBACK = re.compile(r"(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?", re.IGNORECASE)


class HostGate:
    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan" or _LOOPBACK.fullmatch(Headers(scope=scope).get("host", "")):
            await self._app(scope, receive, send)
        else:
            text = "entra-local answers to the host name localhost only.\n"
            await PlainTextResponse(text, status_code=421)(scope, receive, send)
