"""Sends the policies of the service's sign-in pages as a test wants them, those to come and those of before."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from entra_double._tokens.state import ContentSecurity

_POLICY = "Content-Security-Policy"


class PageHeaders:
    """Adds `Cross-Origin-Opener-Policy` to pages and to what leads to and from them, and eases their content policy.

    https://learn.microsoft.com/entra/identity-platform/how-to-prepare-app-coop-enforcement
    https://learn.microsoft.com/entra/identity-platform/content-security-policy

    Args:
        coop: Whether a popup is to lose its opener, as in the service for applications of after January 2027.
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
