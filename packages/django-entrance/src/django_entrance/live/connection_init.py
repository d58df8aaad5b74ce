"""Reads ``connection_init``, the first message of graphql-transport-ws, and the bearer token in it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable
from typing import Any

from django_entrance.live.clock import Clock
from django_entrance.live.closing import (
    INIT_TOO_LATE,
    INIT_TWICE,
    NOT_INITIALISED,
    TOO_LARGE,
    UNREADABLE,
    Close,
    ProtocolBroken,
)
from django_entrance.live.connection import Connection, Message, before
from django_entrance.verification.errors import MalformedRequest

PROTOCOLS = "graphql-transport-ws", "graphql-ws"
"""Subprotocols that begin with ``connection_init``: that of the library graphql-ws, and the legacy one."""

INIT_WITHIN = 10
"""Seconds."""

LARGEST_MESSAGE = 131_072
"""Characters of a message before the caller is known: a token has at most 32,768."""


def graphql_protocol(offered: Iterable[str]) -> str | None:
    """Return the subprotocol that a client of GraphQL gets, or None for another client."""
    return next((each for each in PROTOCOLS if each in offered), None)


async def receive_init(connection: Connection, clock: Clock) -> dict[str, Any] | None:
    """Return the first message, or None if the client has gone. A ping before it is answered.

    Raises:
        ProtocolBroken: it is none, or it did not come in time.
    """
    deadline = asyncio.ensure_future(clock.sleep(INIT_WITHIN))
    try:
        while (received := await before(connection.receive_from_client(), deadline)) is not None:
            if received["type"] == "websocket.disconnect":
                return None
            message = read_message(received)
            if message.get("type") == "connection_init":
                return message
            if message.get("type") != "ping":
                raise ProtocolBroken(NOT_INITIALISED)
            await connection.send({"type": "websocket.send", "text": '{"type":"pong"}'})
        raise ProtocolBroken(INIT_TOO_LATE)
    finally:
        deadline.cancel()


def judge_later(received: Message) -> Close | None:
    """Return how to close a connection that begins again, or None: its caller is known, and stays the same.

    Under the legacy protocol a server would acknowledge another person's token, and go on with the first.
    """
    text = received.get("text") or ""
    if "connection_init" not in text and "\\u" not in text:  # no other spelling in JSON
        return None
    try:
        message = json.loads(text)
    except (ValueError, RecursionError):
        return None  # the application's to refuse
    is_init = isinstance(message, dict) and message.get("type") == "connection_init"
    return INIT_TWICE if is_init else None


def read_message(received: Message) -> dict[str, Any]:
    """Return a message with its payload, which may be missing or null."""
    text = received.get("text") or ""
    if len(text) > LARGEST_MESSAGE:
        raise ProtocolBroken(TOO_LARGE)
    try:
        message = json.loads(text)
    except (ValueError, RecursionError):
        raise ProtocolBroken(UNREADABLE) from None
    if not isinstance(message, dict):
        raise ProtocolBroken(UNREADABLE)
    payload = {} if message.get("payload") is None else message["payload"]
    if not isinstance(payload, dict):
        raise ProtocolBroken(UNREADABLE)
    return {**message, "payload": payload}


def authorization_name(message: dict[str, Any]) -> str | None:
    """Return the member of a ``connection_init`` that is its ``Authorization``, in whatever case, or None.

    Raises:
        MalformedRequest: there are several, or it is no text.
    """
    names = [name for name in message["payload"] if name.lower() == "authorization"]
    if len(names) > 1 or not all(isinstance(message["payload"][name], str) for name in names):
        raise MalformedRequest(expected="one text under Authorization", actual="none or several")
    return names[0] if names else None
