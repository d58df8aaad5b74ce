"""Authenticates a live connection: when it opens, and again while it is open."""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from typing import TYPE_CHECKING, Any, TypeVar, cast

from asgiref.sync import sync_to_async
from django.contrib.auth import get_user
from django.contrib.auth.models import AnonymousUser
from django.core.handlers.asgi import ASGIRequest
from django.db import close_old_connections
from django.http import HttpRequest

from django_entrance.accounts.application_users import find_application_user
from django_entrance.accounts.events import end_request
from django_entrance.accounts.linked_users import find_known_user, find_user
from django_entrance.bearer.authentication import authenticate_bearer
from django_entrance.entra.authorities import authority_of
from django_entrance.identified_request import attach_user, is_same_user
from django_entrance.live.handshake import read_handshake, refuse_token_in_query
from django_entrance.sessions.authentication import confirmed_session
from django_entrance.sessions.record import is_entra_session
from django_entrance.verification.errors import AccountMissing, SessionEnded, TokenExpired
from django_entrance.verification.identity import Identity

if TYPE_CHECKING:  # the project's own user model, whichever it is
    from django.contrib.auth.models import User

Result = TypeVar("Result")


async def in_thread(function: Callable[..., Result], *arguments: Any) -> Result:
    """Run a function that queries in a thread."""
    return await sync_to_async(like_request, thread_sensitive=False)(function, *arguments)


def like_request(function: Callable[..., Result], *arguments: Any) -> Result:
    """Call a function that queries. No request ends here, so this also closes old connections, and writes events."""
    close_old_connections()
    try:
        return function(*arguments)
    finally:
        end_request()
        close_old_connections()


def authenticate(request: ASGIRequest) -> None:
    """Set ``user`` and ``entra`` of a handshake: of its bearer token, or of its session, whichever login began that.

    Raises:
        Refused: the token is from a configured authority and was rejected, or Entra must confirm the session.
    """
    refuse_token_in_query(request)
    authenticated = authenticate_bearer(request)
    if authenticated is None:
        authenticate_by_session(request)
    else:
        attach_user(request, authenticated.user, authenticated.identity)


def authenticate_by_session(request: HttpRequest) -> None:
    """Set ``user`` and ``entra`` by the session.

    Raises:
        SessionStale: Entra must confirm the session, and answers.
    """
    authenticated = confirmed_session(request)
    if authenticated is not None:
        attach_user(request, authenticated.user, authenticated.identity)
    else:  # a session of an authority that does not count here stays one of Entra's
        request.user = AnonymousUser() if is_entra_session(request) else get_user(request)


def confirm(request: ASGIRequest, now: float) -> None:
    """Authenticate an open connection again: ``user`` and ``entra`` become what they are now.

    Raises:
        Refused: the caller may not stay.
    """
    identity: Identity | None = request.entra  # type: ignore[attr-defined]  # of the middleware
    if now >= ends_at(request):
        raise TokenExpired() if identity is not None and identity.door == "bearer" else SessionEnded()
    if identity is not None and identity.door == "bearer":
        attach_user(request, find_caller(identity), identity)
        return
    again = read_handshake(request.scope)
    authenticate_by_session(again)
    renewed: Identity | None = again.entra  # type: ignore[attr-defined]
    if not is_same_user(again.user, request.user) or (renewed is None) != (identity is None):
        raise SessionEnded()
    if renewed is None:
        request.user = again.user
    else:
        attach_user(request, cast("User", again.user), renewed)


def ends_at(request: HttpRequest) -> float:
    """Return when token or session ends, in seconds since 1970; a session of another login has an end of its own."""
    identity: Identity | None = request.entra  # type: ignore[attr-defined]  # of the middleware
    if identity is None:
        return inf
    leeway = authority_of(identity.authority).policy.leeway if identity.door == "bearer" else 0
    return identity.expires_at + leeway


def find_caller(identity: Identity) -> User:
    """Return the user of a token that was accepted before. Nothing is written.

    Raises:
        UserDisabled: the user was deactivated.
        AccountMissing: the account is gone.
    """
    if identity.is_application:
        return find_application_user(identity)
    user = find_user(identity) or find_known_user(identity)
    if user is None:
        raise AccountMissing()
    return user
