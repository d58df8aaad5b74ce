"""Connects the library `requests` to an emulator in process, for clients that take a session, as MSAL Python does."""

from __future__ import annotations

from io import BytesIO

from requests import PreparedRequest, Response
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict
from starlette.types import ASGIApp

from entra_double._testing.in_process import ask


class InProcessAdapter(BaseAdapter):
    """Answers what a session sends; mount it at the emulator's address."""

    def __init__(self, app: ASGIApp) -> None:
        super().__init__()
        self._app = app

    def send(self, request: PreparedRequest, *_: object, **__: object) -> Response:
        """Send the request, and wait for the whole answer; timeouts, certificates and proxies do not matter here."""
        sent = request.body or b""
        body = sent.encode() if isinstance(sent, str) else bytes(sent)
        answer = ask(self._app, request.method or "GET", request.url or "", headers=dict(request.headers), body=body)
        response = Response()
        response.status_code = answer.status
        response.headers = CaseInsensitiveDict(answer.headers)
        response.raw = BytesIO(answer.body)
        response.url, response.request = request.url or "", request
        response.encoding = "utf-8"
        return response

    def close(self) -> None:
        """Do nothing: there is no connection."""
