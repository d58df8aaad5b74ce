"""Opens WebSockets in tests: a clock that is moved by hand, and Channels' communicator with the calls of a browser."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from asgiref.sync import sync_to_async
from channels.testing import WebsocketCommunicator
from django.test import Client
from scripted import ScriptedAuthority
from sign_ins import fresh, start_entra_session, start_session

GRAPHQL = "graphql-transport-ws"
ORIGIN = (b"origin", b"http://testserver")


class HandClock:
    """A clock that moves only by hand; who sleeps on it waits for that."""

    def __init__(self) -> None:
        self.now = time.time()
        self.sleepers: dict[asyncio.Future[None], float] = {}
        self.falls_asleep = asyncio.Event()

    def time(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        woken = asyncio.get_running_loop().create_future()
        self.sleepers[woken] = self.now + seconds
        self.falls_asleep.set()
        try:
            await woken
        finally:
            self.sleepers.pop(woken, None)

    async def advance(self, seconds: float) -> None:
        """Move on, once all is done that went before, and wake those that slept long enough."""
        await self.all_asleep()
        self.now += seconds
        for woken, until in list(self.sleepers.items()):
            if until <= self.now and not woken.done():
                del self.sleepers[woken]
                woken.set_result(None)

    async def all_asleep(self) -> None:
        while not self.sleepers:
            self.falls_asleep.clear()
            await self.falls_asleep.wait()


class Socket(WebsocketCommunicator):
    """A WebSocket of a page, with its cookie and ``Origin``, or of a program with neither."""

    def __init__(self, application: Any, *, path: str = "/ws/", headers: Any = (), protocols: Any = ()) -> None:
        host = [(b"host", b"testserver"), *headers]
        super().__init__(application, path, headers=host, subprotocols=list(protocols))

    async def told(self) -> Any:
        """Return the next message: what JSON says, or a close as code and reason."""
        message = await self.receive_output(timeout=10)
        if message["type"] == "websocket.close":
            return message["code"], message["reason"]
        assert message["type"] == "websocket.send", message
        return json.loads(message["text"])

    async def say(self, message: Any) -> None:
        await self.send_to(text_data=json.dumps(message))

    async def opened(self) -> "Socket":
        accepted, _ = await self.connect(timeout=10)
        assert accepted
        return self

    async def refused(self) -> Any:
        """Return code and reason of a connection that is accepted in order to tell them."""
        return await (await self.opened()).told()

    async def initialise(self, payload: Any = None) -> Any:
        await self.say({"type": "connection_init", "payload": payload})
        return await self.told()


@asynccontextmanager
async def closing(socket: Socket) -> AsyncIterator[Socket]:
    """Leave as a browser does that closes its tab."""
    try:
        yield socket
    finally:
        await socket.disconnect()


def cookie(client: Any) -> tuple[bytes, bytes]:
    return b"cookie", f"sessionid={client.cookies['sessionid'].value}".encode()


async def page_of(
    start: Callable[..., Any], *arguments: Any, **options: Any
) -> tuple[Client, list[tuple[bytes, bytes]]]:
    """Return a browser with a session, and the headers that its pages send."""
    client = Client()
    await sync_to_async(start)(client, *arguments, **options)
    return client, [ORIGIN, cookie(client)]


async def entra_page(authority: ScriptedAuthority, **claims: Any) -> tuple[Client, list[tuple[bytes, bytes]]]:
    return await page_of(start_entra_session, authority, **claims)


async def password_page() -> tuple[Client, list[tuple[bytes, bytes]]]:
    return await page_of(start_session)


def authorization(authority: ScriptedAuthority, **claims: Any) -> dict[str, str]:
    return {"Authorization": f"Bearer {fresh(authority, **claims)}"}


EXPIRED = {"iat": 1_700_000_000, "nbf": 1_700_000_000, "exp": 1_700_003_600}
"""Claims of a token of November 2023."""


def in_header(authority: ScriptedAuthority, **claims: Any) -> list[tuple[bytes, bytes]]:
    return [(b"authorization", authorization(authority, **claims)["Authorization"].encode())]
