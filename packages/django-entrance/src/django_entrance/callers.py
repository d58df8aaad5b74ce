"""Finds who calls, for frameworks with an authentication of their own: what the middleware found, or as it would."""

from __future__ import annotations

from django.http import HttpRequest

from django_entrance.bearer.authentication import authenticate_bearer
from django_entrance.identified_request import Authenticated, attach_user
from django_entrance.sessions.authentication import confirmed_session
from django_entrance.verification.bearer import read_bearer
from django_entrance.verification.errors import IssuerUnknown, NotSignedIn
from django_entrance.verification.identity import Identity


def require_token(request: HttpRequest) -> Authenticated:
    """Return user and identity of a request that a token of Entra's alone may bring; no other login counts.

    Raises:
        NotSignedIn: there is no token.
        IssuerUnknown: no configured authority issued the token.
        Refused: the token is from a configured authority and was rejected.
    """
    authenticated = authenticate_bearer(request)
    if authenticated is None:
        raise NotSignedIn() if read_bearer(request.META.get("HTTP_AUTHORIZATION")) is None else IssuerUnknown()
    attach_user(request, authenticated.user, authenticated.identity)
    return authenticated


def find_caller(request: HttpRequest) -> Authenticated | None:
    """Return user and identity of the request's token, or of its session of Entra's; None is for the other logins.

    Behind the middleware nothing is asked again. Without it, token and session are read here, and attached. A refused
    token is refused each time that it is asked for: it never becomes a request without a user. Nothing says there that
    the response varies by the token, so Django's cache keeps none.

    Raises:
        Refused: the token is from a configured authority and was rejected, or Entra must confirm the session.
    """
    if not hasattr(request, "entra"):
        request._cache_update_cache = False  # type: ignore[attr-defined]  # of Django's middlewares and decorators
        authenticated = authenticate_bearer(request) or confirmed_session(request)
        request.entra = None  # type: ignore[attr-defined]  # as the middleware does
        if authenticated is not None:
            attach_user(request, authenticated.user, authenticated.identity)
    identity: Identity | None = request.entra  # type: ignore[attr-defined]
    return None if identity is None else Authenticated(request.user, identity)  # type: ignore[arg-type]  # signed in
