"""ASGI middleware for WebSockets, as in Channels' ``ProtocolTypeRouter``: who has opened the connection."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

from django.core.handlers.asgi import ASGIRequest

from django_entrance.live.authentication import OwnLogin, in_thread
from django_entrance.live.clock import Clock, SystemClock
from django_entrance.live.closing import TOO_MANY, TRY_AGAIN
from django_entrance.live.connection import Application, Connection, Receive, Send
from django_entrance.live.limits import PER_PERSON, UNPROVED, Limits
from django_entrance.live.looking import person_behind
from django_entrance.live.opening import close_with_reason, fill_scope, open_connection
from django_entrance.live.watched import Watched
from django_entrance.live.watching import Watch


class EntranceMiddleware:
    """Fills ``scope["user"]`` and ``scope["entra"]``, and closes the connection when the caller may not stay.

    It takes the place of ``AuthMiddlewareStack``, which knows nothing of ``SESSION_LIFETIME``, ``SESSION_RECHECK`` and
    sessions that were ended elsewhere. The caller is that of the bearer token in the handshake or, under
    graphql-transport-ws, in ``connection_init``; else that of the session. The application starts after that, and never
    gets the token of a ``connection_init``.

    ``own_login`` is a function that returns the user of a bearer token of the project's own, None for a token that is
    none of it, and raises ``PermissionDenied`` for one that it refuses. It runs in a thread, and again at each check.
    ``per_person`` limits the connections of a person to this process; ``unproved`` those that have not yet said who
    they are, and those of no person. ``clock`` is for tests.
    """

    def __init__(
        self,
        application: Application,
        *,
        own_login: OwnLogin | None = None,
        per_person: int = PER_PERSON,
        unproved: int = UNPROVED,
        clock: Clock | None = None,
    ) -> None:
        self.application, self.own_login = application, own_login
        self.clock = SystemClock() if clock is None else clock
        self.limits = Limits(per_person, unproved)
        self.watch = Watch(self.clock, own_login)

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] != "websocket":
            await self.application(scope, receive, send)
            return
        connection = Connection(receive, send)
        request = await self.open({"subprotocols": [], **scope}, connection)
        if request is None:
            return
        with self.limits.serve_one(person_behind(request.user)) as is_allowed:
            if is_allowed:
                await self.serve(request, scope, connection)
            else:
                await close_with_reason(request, connection, TOO_MANY)

    async def open(self, scope: MutableMapping[str, Any], connection: Connection) -> ASGIRequest | None:
        """Return the request behind a connection that may begin; close any other, and return None."""
        with self.limits.open_one() as is_allowed:
            if is_allowed:
                return await open_connection(scope, connection, self.clock, self.own_login)
            await connection.close(TRY_AGAIN)
            return None

    async def serve(self, request: ASGIRequest, scope: MutableMapping[str, Any], connection: Connection) -> None:
        """Run the application, watched, until either side ends it or the caller may not stay."""
        watched = await in_thread(Watched, request)
        filled = fill_scope(scope, request, watched.user)
        try:
            await connection.serve(self.application, filled, self.watch.add(watched))
        finally:
            self.watch.remove(watched)
