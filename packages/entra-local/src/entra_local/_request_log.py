"""Tells what happened to each request: a line for the terminal and an entry for tests, both without tokens."""

from __future__ import annotations

import logging
from dataclasses import asdict, dataclass
from urllib.parse import quote

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from entra_local._emulator import Emulator

_log = logging.getLogger("entra_local.requests")

_LONGEST_PATH = 200
_ENTRY = "entra_local.entry"
_UNTOLD = ("/_", "/health", "/favicon.ico")


@dataclass(slots=True, kw_only=True)
class Entry:
    """What a request turned out to be; `aadsts` is the number of the error it was refused with."""

    method: str
    path: str
    grant_type: str | None = None
    client_id: str | None = None
    person: str | None = None
    status: int | None = None
    aadsts: int | None = None


class RequestLog:
    def __init__(self, app: ASGIApp, emulator: Emulator) -> None:
        self._app = app
        self._emulator = emulator

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path = quote(scope["path"])[:_LONGEST_PATH]
        entry = scope[_ENTRY] = Entry(method=scope["method"], path=path)

        async def remember_status(message: Message) -> None:
            entry.status = message.get("status", entry.status)
            await send(message)

        try:
            await self._app(scope, receive, remember_status)
        finally:
            if not path.startswith(_UNTOLD):
                self._tell(entry)

    def _tell(self, entry: Entry) -> None:
        self._emulator.requests.append(asdict(entry))
        client = entry.client_id and (self._emulator.directory.client_name(entry.client_id) or "unknown client")
        error = entry.aadsts and f"AADSTS{entry.aadsts}"
        parts = (entry.status, entry.method, entry.path, entry.grant_type, client, entry.person, error)
        _log.info("  ".join(str(part) for part in parts if part))


def entry_of(request: Request) -> Entry:
    """Give the entry of the request that is being answered."""
    entry: Entry = request.scope[_ENTRY]
    return entry
