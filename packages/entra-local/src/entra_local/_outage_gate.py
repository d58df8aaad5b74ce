"""Lets a request meet the failure that a test has asked for, in place of its answer."""

from __future__ import annotations

from starlette.types import ASGIApp, Receive, Scope, Send

from entra_local._emulator import Emulator


class OutageGate:
    def __init__(self, app: ASGIApp, emulator: Emulator) -> None:
        self._app = app
        self._emulator = emulator

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)
