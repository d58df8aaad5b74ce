"""Opens a WebSocket: the caller is known before the application learns of the connection."""

from __future__ import annotations

import json
from collections.abc import MutableMapping
from typing import Any

from django.core.exceptions import DisallowedHost, PermissionDenied
from django.core.handlers.asgi import ASGIRequest

from django_entrance.bearer.authentication import remove_bearer
from django_entrance.bearer.refusal_log import log_refusal
from django_entrance.entra.session_grants import hold_bearer
from django_entrance.live.authentication import OwnLogin, authenticate, in_thread, is_own_login
from django_entrance.live.clock import Clock
from django_entrance.live.closing import Close, ProtocolBroken, close_for, own_close
from django_entrance.live.connection import Connection
from django_entrance.live.connection_init import authorization_name, graphql_protocol, judge_later, receive_init
from django_entrance.live.handshake import read_handshake, require_own_site
from django_entrance.live.request_in_scope import KEY, OWN_LOGIN
from django_entrance.verification.errors import MalformedRequest, OriginRefused, Refused

FORBIDDEN = Close(4403, "Forbidden")
"""Before a connection is accepted, a server answers any close with 403."""


async def open_connection(
    scope: MutableMapping[str, Any], connection: Connection, clock: Clock, own_login: OwnLogin | None = None
) -> ASGIRequest | None:
    """Return the handshake with its caller, or None: the connection was refused, and closed with the reason."""
    connection.first.append(await connection.receive_from_client())
    request = await admit_handshake(scope, connection)
    if request is None:
        return None
    try:
        return request if await admit_caller(request, connection, clock, own_login) else None
    except ProtocolBroken as broken:
        await connection.close(broken.close)
    except Refused as refused:
        await in_thread(log_refusal, request, refused.with_traceback(None))
        await close_with_reason(request, connection, close_for(refused))
    except PermissionDenied as refused:
        await close_with_reason(request, connection, own_close(refused))
    return None


async def admit_handshake(scope: MutableMapping[str, Any], connection: Connection) -> ASGIRequest | None:
    """Return the handshake, or None if a page of another site began it. That page learns nothing."""
    try:
        request = read_handshake(scope)
        require_own_site(request)
    except OriginRefused as refused:
        await in_thread(log_refusal, request, refused.with_traceback(None))
    except (DisallowedHost, UnicodeDecodeError):
        pass
    else:
        return request
    await connection.close(FORBIDDEN)
    return None


async def admit_caller(request: ASGIRequest, connection: Connection, clock: Clock, own_login: OwnLogin | None) -> bool:
    """Set ``user`` and ``entra`` of the handshake; return whether the client is still there.

    Raises:
        Refused, PermissionDenied: the caller is refused.
        ProtocolBroken: a client of GraphQL sends no ``connection_init``.
    """
    protocol = graphql_protocol(request.scope["subprotocols"])
    if protocol is None:
        await in_thread(authenticate, request, own_login)
        return True
    await connection.accept(protocol)
    message = await receive_init(connection, clock)
    if message is None:
        return False
    connection.judge = judge_later
    name = take_authorization(request, message)
    await in_thread(authenticate, request, own_login)
    identity = request.entra  # type: ignore[attr-defined]  # of the middleware
    if name is not None:
        if identity is None or identity.door != "bearer":  # another login's
            message["payload"][name] = request.META["HTTP_AUTHORIZATION"]
        else:
            hold_bearer(request, identity)
        remove_bearer(request)  # which the application can read
    connection.first.append({"type": "websocket.receive", "text": json.dumps(message)})
    return True


def take_authorization(request: ASGIRequest, message: dict[str, Any]) -> str | None:
    """Move the token of ``connection_init`` into the handshake, and return the name that it had there.

    Raises:
        MalformedRequest: the handshake had one already.
    """
    name = authorization_name(message)
    if name is None:
        return None
    if "HTTP_AUTHORIZATION" in request.META:
        raise MalformedRequest(expected="one token", actual="one in the handshake, and one in connection_init")
    request.META["HTTP_AUTHORIZATION"] = message["payload"].pop(name)
    return name


async def close_with_reason(request: ASGIRequest, connection: Connection, close: Close) -> None:
    """Close with the reason. A browser shows it only of a connection that was accepted, with a protocol it offered."""
    if not connection.is_accepted:
        await connection.accept(next(iter(request.scope["subprotocols"]), None))
    await connection.close(close)


def fill_scope(scope: MutableMapping[str, Any], request: ASGIRequest, user: Any) -> dict[str, Any]:
    """Return the scope that the application gets: with the caller, and the handshake for permissions."""
    protocol = graphql_protocol(request.scope["subprotocols"])
    return {
        **scope,
        "subprotocols": request.scope["subprotocols"] if protocol is None else [protocol],
        "cookies": request.COOKIES,
        "session": type(request.session)(request.session.session_key),
        "user": user,
        "entra": request.entra,  # type: ignore[attr-defined]  # of the middleware
        OWN_LOGIN: is_own_login(request),
        KEY: request,
    }
