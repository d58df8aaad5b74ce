"""Relays a WebSocket between server and application, and can close it, whichever application it is."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from typing import Any

from django_entrance.live.closing import Close

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Judge = Callable[[Message], Close | None]
"""Returns how a connection is to be closed because of a message, or None for one that the application may get."""

Application = Callable[[MutableMapping[str, Any], Receive, Send], Awaitable[None]]


async def before(awaited: Awaitable[Message], end: asyncio.Future[Any]) -> Message | None:
    """Return what is awaited, or None if the end comes first."""
    task = asyncio.ensure_future(awaited)
    try:
        await asyncio.wait({task, end}, return_when=asyncio.FIRST_COMPLETED)
        return task.result() if task.done() else None
    finally:
        task.cancel()


class Connection:
    """A WebSocket. ``receive`` and ``send`` are for the application, which first gets the messages of ``first``."""

    def __init__(self, receive: Receive, send: Send) -> None:
        self.receive_from_client, self.send_to_client = receive, send
        self.judge: Judge = lambda message: None
        self.first: deque[Message] = deque()
        self.is_accepted = self.is_over = False
        self.closed: asyncio.Future[Close] = asyncio.get_running_loop().create_future()

    async def accept(self, protocol: str | None) -> None:
        await self.send_to_client({"type": "websocket.accept", "subprotocol": protocol})
        self.is_accepted = True

    async def close(self, close: Close) -> None:
        """Close the connection, and tell the application that it was. Does nothing on one that is over."""
        if self.is_over or self.closed.done():
            return
        self.closed.set_result(close)
        with suppress(OSError, RuntimeError):  # the client has just gone
            await self.send_to_client({"type": "websocket.close", **close._asdict()})

    async def receive(self) -> Message:
        """Return the next message for the application."""
        if self.first:
            return self.first.popleft()
        message = None if self.closed.done() else await before(self.receive_from_client(), self.closed)
        broken = None if message is None or self.is_over else self.judge(message)
        if broken is not None:
            await self.close(broken)
            message = None
        if message is None:
            return {"type": "websocket.disconnect", **self.closed.result()._asdict()}
        self.is_over |= message["type"] == "websocket.disconnect"
        return message

    async def send(self, message: Message) -> None:
        """Send a message of the application, unless the connection was closed, or was accepted before."""
        if self.closed.done() or (message["type"] == "websocket.accept" and self.is_accepted):
            return
        self.is_over |= message["type"] == "websocket.close"
        await self.send_to_client(message)

    async def serve(self, application: Application, scope: MutableMapping[str, Any], end: Awaitable[Close]) -> None:
        """Run the application until it ends, or until ``end`` says that the connection is to be closed."""
        serving = asyncio.ensure_future(application(scope, self.receive, self.send))
        ending = asyncio.ensure_future(end)
        try:
            await asyncio.wait({serving, ending}, return_when=asyncio.FIRST_COMPLETED)
            if not serving.done():
                await self.close(ending.result())
            await serving
        finally:
            ending.cancel()
            serving.cancel()
