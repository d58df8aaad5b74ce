"""Turns away requests with a foreign Host header, so that no web site can rebind its name to us."""

from __future__ import annotations

import re
from collections.abc import Iterable

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from entra_double._tokens.state import LOOPBACK

_HOST = re.compile(r"([^:\[\]]+|\[[0-9a-f:]+\])(?::\d{1,5})?", re.IGNORECASE)


class HostGate:
    def __init__(self, app: ASGIApp, hosts: Iterable[str] = LOOPBACK) -> None:
        self._app = app
        self._hosts = frozenset(host.lower() for host in hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan" or self._knows(Headers(scope=scope).get("host", "")):
            await self._app(scope, receive, send)
        else:
            text = f"entra-double answers to {', '.join(sorted(self._hosts))} only, not to this name.\n"
            await PlainTextResponse(text, status_code=421)(scope, receive, send)

    def _knows(self, host: str) -> bool:
        """Say whether a Host header names us, on any port."""
        match = _HOST.fullmatch(host)
        return match is not None and match[1].lower() in self._hosts
