"""Checks the Host header of requests, and adds the policies of the service's sign-in pages to responses."""

from __future__ import annotations

import re
from collections.abc import Iterable

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from entra_double._tokens.state import LOOPBACK, ContentSecurity

_HOST = re.compile(r"([^:\[\]]+|\[[0-9a-f:]+\])(?::\d{1,5})?", re.IGNORECASE)
_POLICY = "Content-Security-Policy"


class HostCheck:
    """Refuses requests with an unknown Host header, on any port, so that no web site can rebind its name to us."""

    def __init__(self, app: ASGIApp, hosts: Iterable[str] = LOOPBACK) -> None:
        self._app = app
        self._hosts = frozenset(host.lower() for host in hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        host = _HOST.fullmatch(Headers(scope=scope).get("host", "")) if scope["type"] != "lifespan" else None
        if scope["type"] == "lifespan" or (host and host[1].lower() in self._hosts):
            await self._app(scope, receive, send)
        else:
            text = f"entra-double answers to {', '.join(sorted(self._hosts))} only, not to this name.\n"
            await PlainTextResponse(text, status_code=421)(scope, receive, send)


class PageHeaders:
    """Adds `Cross-Origin-Opener-Policy` to pages and to redirects, and eases the content policy of pages.

    https://learn.microsoft.com/entra/identity-platform/how-to-prepare-app-coop-enforcement
    https://learn.microsoft.com/entra/identity-platform/content-security-policy

    Args:
        coop: Whether a popup loses its opener, as in the service for applications of after January 2027.
    """

    def __init__(self, app: ASGIApp, *, coop: bool, csp: ContentSecurity) -> None:
        self._app = app
        self._coop = coop
        self._csp = csp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_policies(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._change(message["status"], MutableHeaders(scope=message))
            await send(message)

        await self._app(scope, receive, send_with_policies)

    def _change(self, status: int, headers: MutableHeaders) -> None:
        if self._coop and (status in (302, 303) or headers.get("content-type", "").startswith("text/html")):
            headers["Cross-Origin-Opener-Policy"] = "same-origin"
        policy = headers.get(_POLICY)
        if policy is None or self._csp is ContentSecurity.ENFORCED:
            return
        del headers[_POLICY]
        if self._csp is ContentSecurity.REPORT_ONLY:
            headers[f"{_POLICY}-Report-Only"] = policy
