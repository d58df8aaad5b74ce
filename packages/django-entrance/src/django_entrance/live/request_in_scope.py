"""Finds the request behind a connection, for adapters of frameworks that have no request of Django's."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest

KEY = "entrance.request"
"""Where the scope has the handshake, with ``user`` and ``entra`` as they are now."""

OWN_LOGIN = "entrance.own_login"
"""Where the scope says whether the user is that of a token of the project's own."""


def request_behind(found: Any) -> HttpRequest:
    """Return the request of Django's: itself, or the handshake of a Channels consumer or Starlette WebSocket.

    Raises:
        ImproperlyConfigured: there is none, since the connection did not pass the middleware.
    """
    if isinstance(found, HttpRequest):
        return found
    scope = getattr(found, "scope", None)
    request = scope.get(KEY) if isinstance(scope, dict) else None
    if not isinstance(request, HttpRequest):
        raise ImproperlyConfigured(
            "The caller of a WebSocket is unknown. Put EntranceMiddleware of django_entrance.contrib.channels around"
            " the application."
        )
    return request
