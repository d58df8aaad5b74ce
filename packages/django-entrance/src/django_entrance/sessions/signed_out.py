"""Remembers in a cookie that a person has signed out, so that ``SIGN_IN_ON_GET`` does not sign in again at once.

The cookie stays until a click begins the next sign-in, or the browser is closed. It opens nothing.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.urls import NoReverseMatch

from django_entrance.conf.loading import current_settings
from django_entrance.frontend.addresses import is_https
from django_entrance.sessions.flows import cookie_path

COOKIE = "entrance_signed_out"

NOTED = "_entrance_signed_out"
"""Attribute of the request's session, which a request of REST framework shares, and which is the same once flushed."""


def note_sign_out(*, request: HttpRequest | None, user: Any, **_: Any) -> None:
    """Receive ``user_logged_out``. A session that is over is ended before there is a view: that was no person."""
    session = getattr(request, "session", None)
    if session is not None and user is not None and getattr(request, "resolver_match", None) is not None:
        setattr(session, NOTED, True)


def keep_signed_out(request: HttpRequest, response: HttpResponseBase) -> None:
    """Set the cookie where a view has signed a person out, through whichever log-out view and in whichever URLconf."""
    if not getattr(getattr(request, "session", None), NOTED, False) or not current_settings().SIGN_IN_ON_GET:
        return
    path = own_path()
    if path:
        response.set_cookie(COOKIE, "1", path=path, secure=is_https(request), httponly=True, samesite="Lax")


def own_path() -> str:
    """Return the prefix of our URLs, by the URLconf of the request, else by ``ROOT_URLCONF``; empty without them."""
    for urlconf in (None, settings.ROOT_URLCONF):
        with suppress(NoReverseMatch):
            return cookie_path(urlconf)
    return ""


def has_signed_out(request: HttpRequest) -> bool:
    return request.COOKIES.get(COOKIE) == "1"


def forget_signed_out(response: HttpResponseBase) -> None:
    response.delete_cookie(COOKIE, path=cookie_path(), samesite="Lax")
