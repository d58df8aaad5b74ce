"""Reads the handshake of a WebSocket as a request of Django's, and refuses one that another site's page began."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from io import BytesIO
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import TooManyFieldsSent
from django.core.handlers.asgi import ASGIRequest

from django_entrance.bearer.authentication import identify_token
from django_entrance.frontend.origins import require_own_handshake
from django_entrance.verification.errors import Refused, TokenInQuery, TooManyFields

AS_HTTP = {"ws": "http", "wss": "https"}


def read_handshake(scope: Mapping[str, Any]) -> ASGIRequest:
    """Return the handshake as the GET request that it is (RFC 6455 section 4.1), with its Django session.

    Nothing can be sent back, so the session keeps its key; else the browser's cookie would open nothing any more.

    Raises:
        UnicodeDecodeError: the query is not UTF-8.
    """
    scheme = scope.get("scheme", "ws")
    request = ASGIRequest({**scope, "method": "GET", "scheme": AS_HTTP.get(scheme, scheme)}, BytesIO())
    store = import_module(settings.SESSION_ENGINE).SessionStore
    session = store(request.COOKIES.get(settings.SESSION_COOKIE_NAME))
    session.cycle_key = lambda: None
    request.session = session
    request.user = AnonymousUser()
    request.entra = None  # type: ignore[attr-defined]  # as the middleware does
    return request


def require_own_site(request: ASGIRequest) -> None:
    """Require that a page of this site, or a program without the site's cookie, opens the connection.

    Raises:
        OriginRefused: a page of another site does.
        DisallowedHost: the ``Host`` is none of ``ALLOWED_HOSTS``.
    """
    if "host" in request.headers:  # the communicators of test suites send none
        request.get_host()
    require_own_handshake(request)


def refuse_token_in_query(request: ASGIRequest) -> None:
    """Refuse a token of Entra's in the address, which logs and histories keep (RFC 9700 section 4.3.2).

    Raises:
        TokenInQuery: there is one, as a value or as a name. A token of another login is left to it.
        TooManyFields: the address has more fields than Django reads.
    """
    try:
        fields = request.GET
    except TooManyFieldsSent:
        raise TooManyFields() from None
    for name, values in fields.lists():
        if any(map(is_ours, [name, *values])):
            raise TokenInQuery()


def is_ours(text: str) -> bool:
    """Return whether a text is a token of a configured authority, a valid one or not."""
    try:
        return identify_token(text.removeprefix("Bearer ")) is not None
    except Refused:
        return True
