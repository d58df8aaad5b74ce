"""What server and application learn of each other, and of a close that comes from between them."""

import asyncio
from collections.abc import Awaitable
from typing import Any

import pytest
from django_entrance.live.closing import INIT_TWICE, Close
from django_entrance.live.connection import Connection
from django_entrance.live.connection_init import judge_later

BYE = Close(4401, "session_ended")
CLOSE = {"type": "websocket.close", "code": 4401, "reason": "session_ended"}
DISCONNECT = {"type": "websocket.disconnect", "code": 4401, "reason": "session_ended"}
HELLO: dict[str, Any] = {"type": "websocket.receive", "text": "hello"}
INIT: dict[str, Any] = {"type": "websocket.receive", "text": '{"type":"connection_init"}'}


class Client:
    """The other end of a server: what it sends comes from ``says``, then it is silent."""

    def __init__(self, *says: dict[str, Any]) -> None:
        self.says, self.got = list(says), list[Any]()

    async def receive(self) -> Any:
        if self.says:
            return self.says.pop(0)
        return await asyncio.Event().wait()

    async def send(self, message: Any) -> None:
        self.got.append(message)

    def connection(self) -> Connection:
        return Connection(self.receive, self.send)


async def never() -> Close:
    await asyncio.Event().wait()
    raise AssertionError


async def now() -> Close:
    return BYE


async def serve(connection: Connection, application: Any, end: Awaitable[Close]) -> None:
    await connection.serve(application, {}, end)


async def test_what_came_first_is_given_first() -> None:
    connection = Client(HELLO).connection()
    connection.first.append({"type": "websocket.connect"})
    assert [await connection.receive(), await connection.receive()] == [{"type": "websocket.connect"}, HELLO]


async def test_it_is_accepted_once() -> None:
    client = Client()
    connection = client.connection()
    await connection.send({"type": "websocket.accept", "subprotocol": "chat"})
    assert client.got == [{"type": "websocket.accept", "subprotocol": "chat"}]
    await connection.accept(None)
    await connection.send({"type": "websocket.accept", "subprotocol": "chat"})
    assert client.got[1:] == [{"type": "websocket.accept", "subprotocol": None}]


async def test_a_close_ends_an_application_that_waits() -> None:
    client = Client()
    connection = client.connection()
    told = []

    async def application(scope: Any, receive: Any, send: Any) -> None:
        told.append(await receive())
        told.append(await receive())
        await send(HELLO)

    await serve(connection, application, now())
    assert told == [DISCONNECT, DISCONNECT]
    assert client.got == [CLOSE], "nothing is sent after it"


@pytest.mark.parametrize(
    ("says", "sends"),
    [([{"type": "websocket.disconnect", "code": 1001}], []), ([], [{"type": "websocket.close", "code": 1000}])],
    ids=["by the client", "by the application"],
)
async def test_what_is_over_is_not_closed_again(says: Any, sends: Any) -> None:
    client = Client(*says)
    connection = client.connection()
    if says:
        assert await connection.receive() == says[0]
    for message in sends:
        await connection.send(message)
    await connection.close(BYE)
    assert client.got == sends


async def test_it_is_closed_once() -> None:
    client = Client()
    connection = client.connection()
    await connection.close(BYE)
    await connection.close(Close(1013, ""))
    assert client.got == [CLOSE]


async def test_a_message_that_breaks_the_rules_closes_it() -> None:
    """The application gets what was judged well, and never the other."""
    client = Client(HELLO, INIT)
    connection = client.connection()
    connection.judge = judge_later
    received = [await connection.receive() for _ in range(3)]
    ended = {"type": "websocket.disconnect", **INIT_TWICE._asdict()}
    assert received == [HELLO, ended, ended]
    assert client.got == [{"type": "websocket.close", **INIT_TWICE._asdict()}]


async def test_what_comes_after_the_close_of_the_application_is_not_judged() -> None:
    client = Client(INIT)
    connection = client.connection()
    connection.judge = judge_later
    await connection.send(CLOSE)
    assert (await connection.receive(), client.got) == (INIT, [CLOSE])


@pytest.mark.parametrize(
    "text",
    [
        "connection_init",
        '["connection_init"]',
        '{"type": "connection_init"',
        "[" * 100_000 + "\\u0020",
        '{"type": "\\u"}',
        "",
    ],
)
def test_what_is_no_init_is_left_to_the_application(text: str) -> None:
    assert judge_later({"type": "websocket.receive", "text": text}) is None
    assert judge_later({"type": "websocket.receive", "text": None, "bytes": text.encode()}) is None


async def test_a_client_that_has_just_gone() -> None:
    async def gone(message: Any) -> None:
        raise OSError

    connection = Connection(Client().receive, gone)
    await connection.close(BYE)
    assert await connection.receive() == DISCONNECT


async def test_an_application_that_ends_is_not_watched_any_more() -> None:
    watching = asyncio.ensure_future(never())

    async def application(scope: Any, receive: Any, send: Any) -> None:
        await asyncio.sleep(0)

    await serve(Client().connection(), application, watching)
    await asyncio.wait([watching])
    assert watching.cancelled()


async def test_an_application_that_fails_is_heard() -> None:
    async def application(scope: Any, receive: Any, send: Any) -> None:
        raise LookupError

    with pytest.raises(LookupError):
        await serve(Client().connection(), application, never())


async def test_a_server_that_stops_takes_the_application_with_it() -> None:
    cancelled = asyncio.Event()

    async def application(scope: Any, receive: Any, send: Any) -> None:
        try:
            await receive()
        except asyncio.CancelledError:
            cancelled.set()
            raise

    serving = asyncio.ensure_future(serve(Client().connection(), application, never()))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    serving.cancel()
    await asyncio.wait([serving])
    await cancelled.wait()
    assert serving.cancelled()
