"""Runs the sessions of a server of the SDK's, for as long as the event loop that serves its requests."""

from __future__ import annotations

import asyncio
from typing import Any

from mcp.server import MCPServer
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp.server.transport_security import TransportSecuritySettings

from django_entrance.live.connection import Receive, Send

CHECKED_BEFORE = TransportSecuritySettings(enable_dns_rebinding_protection=False)
"""``Host`` and ``Origin`` were checked by Django's settings, which the SDK does not know."""


class Running:
    """The sessions. A task of their own runs them, because not all servers of ASGI send ``lifespan``."""

    def __init__(self, server: MCPServer[Any], options: dict[str, Any]) -> None:
        self.server, self.options = server, {"transport_security": CHECKED_BEFORE, **options}
        self.loop: asyncio.AbstractEventLoop | None = None

    async def sessions(self) -> StreamableHTTPSessionManager:
        """Return the sessions; the first call in an event loop starts them."""
        loop = asyncio.get_running_loop()
        if self.loop is not loop:
            self.loop, self.started = loop, loop.create_future()
            self.task = loop.create_task(self.run(self.started))
        return await asyncio.shield(self.started)

    async def run(self, started: asyncio.Future[StreamableHTTPSessionManager]) -> None:
        try:
            self.server.streamable_http_app(**self.options)
            sessions = self.server.session_manager
            async with sessions.run():
                started.set_result(sessions)
                await asyncio.Event().wait()
        except Exception as error:
            self.loop = None
            started.set_exception(error)

    async def stop(self) -> None:
        if self.loop is not None:
            self.loop = None
            self.task.cancel()
            await asyncio.wait({self.task})

    async def serve_lifespan(self, receive: Receive, send: Send) -> None:
        """Start with the server, and stop with it (ASGI, "Lifespan Protocol")."""
        await receive()
        try:
            await self.sessions()
        except Exception as error:
            await send({"type": "lifespan.startup.failed", "message": repr(error)})
            return
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self.stop()
        await send({"type": "lifespan.shutdown.complete"})
