"""ASGI middleware for WebSockets, as in Channels' ``ProtocolTypeRouter``: who has opened the connection."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

from django_entrance.live.clock import Clock, SystemClock
from django_entrance.live.connection import Application, Connection, Receive, Send
from django_entrance.live.connection_init import graphql_protocol
from django_entrance.live.opening import open_connection
from django_entrance.live.request_in_scope import KEY
from django_entrance.live.watching import watch


class EntranceMiddleware:
    """Fills ``scope["user"]`` and ``scope["entra"]``, and closes the connection when the caller may not stay.

    It takes the place of ``AuthMiddlewareStack``, which knows nothing of ``SESSION_LIFETIME``, ``SESSION_RECHECK`` and
    sessions that were ended elsewhere. The caller is that of the bearer token in the handshake or, under
    graphql-transport-ws, in ``connection_init``; else that of the session. The application starts after that, and never
    gets the token of a ``connection_init``.
    """

    def __init__(self, application: Application, *, clock: Clock | None = None) -> None:
        self.application = application
        self.clock = SystemClock() if clock is None else clock

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] != "websocket":
            await self.application(scope, receive, send)
            return
        connection = Connection(receive, send)
        request = await open_connection({"subprotocols": [], **scope}, connection, self.clock)
        if request is None:
            return
        protocol = graphql_protocol(request.scope["subprotocols"])
        filled = {
            **scope,
            "subprotocols": request.scope["subprotocols"] if protocol is None else [protocol],
            "cookies": request.COOKIES,
            "session": type(request.session)(request.session.session_key),
            "user": request.user,
            "entra": request.entra,  # type: ignore[attr-defined]  # of the middleware
            KEY: request,
        }
        await connection.serve(self.application, filled, watch(request, self.clock))
