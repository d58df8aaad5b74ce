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
from django_entrance.conf.loading import current_settings
from django_entrance.entra.authorities import authority_of
from django_entrance.entra.session_grants import end_calls
from django_entrance.identified_request import attach_user, is_same_user
from django_entrance.live.handshake import read_handshake, refuse_token_in_query
from django_entrance.sessions.authentication import confirmed_session
from django_entrance.sessions.record import is_entra_session, read_record
from django_entrance.verification.bearer import read_bearer
from django_entrance.verification.errors import AccountMissing, Refused, SessionEnded, TokenExpired
from django_entrance.verification.identity import Identity

if TYPE_CHECKING:  # the project's own user model, whichever it is
    from django.contrib.auth.models import User

Result = TypeVar("Result")

OwnLogin = Callable[[str], Any]
"""Returns the user of a bearer token of the project's own, or None for a token that is none of it."""

OWN_TOKEN = "_entrance_own_token"
"""Attribute of a handshake with the token that ``OwnLogin`` knew, to ask for it again."""


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


def authenticate(request: ASGIRequest, own_login: OwnLogin | None = None) -> None:
    """Set ``user`` and ``entra`` of a handshake: of its bearer token, or of its session, whichever login began that.

    Raises:
        Refused: the token is from a configured authority and was rejected, or Entra must confirm the session.
        PermissionDenied: ``own_login`` does not accept the token.
    """
    refuse_token_in_query(request)
    authenticated = authenticate_bearer(request)
    if authenticated is not None:
        attach_user(request, authenticated.user, authenticated.identity)
    elif not authenticate_by_own_login(request, own_login):
        authenticate_by_session(request)


def authenticate_by_own_login(request: ASGIRequest, own_login: OwnLogin | None) -> bool:
    """Set the user of a bearer token of the project's own; return whether there is one."""
    token = None if own_login is None else read_bearer(request.META.get("HTTP_AUTHORIZATION"))
    user = own_login(token) if own_login is not None and token is not None else None
    if user is None:
        return False
    request.user = user
    request.__dict__[OWN_TOKEN] = token
    return True


def is_own_login(request: ASGIRequest) -> bool:
    return OWN_TOKEN in request.__dict__


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


def confirm(request: ASGIRequest, now: float, own_login: OwnLogin | None = None) -> None:
    """Authenticate an open connection again: ``user`` and ``entra`` become what they are now.

    Raises:
        Refused: the caller may not stay.
        PermissionDenied: ``own_login`` does not accept the token any more.
    """
    identity: Identity | None = request.entra  # type: ignore[attr-defined]  # of the middleware
    if now >= ends_at(request):
        raise refusal_at_end(request)
    if identity is not None and identity.door == "bearer":
        attach_user(request, find_caller(identity), identity)
    elif own_login is not None and is_own_login(request):
        confirm_user(request, own_login(request.__dict__[OWN_TOKEN]))
    else:
        confirm_session(request, identity)


def refusal_at_end(request: HttpRequest) -> Refused:
    """Return why the caller may not stay once token or session has ended."""
    identity: Identity | None = request.entra  # type: ignore[attr-defined]  # of the middleware
    return TokenExpired() if identity is not None and identity.door == "bearer" else SessionEnded()


def confirm_session(request: ASGIRequest, identity: Identity | None) -> None:
    """Read the session of a connection again."""
    again = read_handshake(request.scope)
    authenticate_by_session(again)
    renewed: Identity | None = again.entra  # type: ignore[attr-defined]
    if (renewed is None) != (identity is None):
        raise SessionEnded()
    confirm_user(request, again.user)
    request.session = again.session
    if renewed is not None:
        attach_user(request, cast("User", again.user), renewed)


def confirm_user(request: ASGIRequest, user: Any) -> None:
    """Set the user as it is now.

    Raises:
        SessionEnded: it is another one, or none.
    """
    if user is None or not is_same_user(user, request.user):
        raise SessionEnded()
    request.user = user


def dismiss(request: HttpRequest) -> None:
    """Let what is still at work for a caller who may not stay get no more tokens for other APIs."""
    end_calls(request)


def stale_at(request: ASGIRequest) -> float:
    """Return when Entra must confirm the session (``SESSION_RECHECK``), in seconds since 1970."""
    identity: Identity | None = request.entra  # type: ignore[attr-defined]  # of the middleware
    record = None if identity is None or identity.door == "bearer" else read_record(request)
    if record is None:
        return inf
    return max(record.checked_at + current_settings().SESSION_RECHECK, record.respite_until)


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
