"""Keeps a late answer to a session that has ended from taking the next session's cookies out of the browser.

Django deletes the session cookie where the session that a request names is gone, and a browser knows cookies by their
names: an answer that comes after the next sign-in would end that one. So the key of a session that ended with a
sign-out, or that a session of Entra's took the place of, is remembered for some minutes, as a digest. The answer that
ends a session deletes its cookie; those of other requests leave the browser's cookies alone.

What stays Django's: a session of another login that another login replaces, a session that is flushed without
``logout()``, and a view that writes into the session of a visitor, which is a new one then, with a cookie of its own.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from django_entrance.accounts.session_index import KEY
from django_entrance.accounts.used_once import forget_used, use_once, was_used

KIND = "session"

ENDS_HERE = "_entrance_ends_here"
"""Attribute of the request's session, which is the same once flushed: whether this request has ended it."""

CSRF_COOKIE, CSRF_COOKIE_IS_NEW = "CSRF_COOKIE", "CSRF_COOKIE_NEEDS_UPDATE"
"""Where Django has the secret of a request, and whether its answer sends it (``django/middleware/csrf.py``)."""


def note_end(*, request: HttpRequest | None, **_: Any) -> None:
    """Receive ``user_logged_out``, which Django sends before it flushes the session.

    A WebSocket that ends one has no answer that could delete the cookie: the next request's does.
    """
    session = getattr(request, "session", None)
    if request is None or session is None or is_handshake(request):
        return
    if session.get(KEY) is None or session.session_key is None:
        return
    is_first = use_once(KIND, session.session_key)  # a session that is a signed cookie comes again
    setattr(session, ENDS_HERE, is_first)
    note_replaced(request)
    forget_used()


def is_handshake(request: HttpRequest) -> bool:
    return getattr(request, "scope", {}).get("type") == "websocket"


def note_replaced(request: HttpRequest) -> None:
    """Remember the session that the browser's cookie names, once another one, or another key, has taken its place.

    It runs in the transaction of a sign-in, where deleting old digests would make sign-ins wait for one another.
    Sign-outs, page sign-ins and ``prune`` delete them.
    """
    key = getattr(request, "COOKIES", {}).get(settings.SESSION_COOKIE_NAME)
    if key and key != request.session.session_key:
        use_once(KIND, key)


def would_delete_cookie(request: HttpRequest) -> bool:
    """Return whether Django's session middleware is about to delete the cookie of a session that ended elsewhere."""
    session = getattr(request, "session", None)
    if session is None or settings.SESSION_COOKIE_NAME not in request.COOKIES or not session.is_empty():
        return False
    return not getattr(session, ENDS_HERE, False)


def leave_cookies(request: HttpRequest) -> None:
    """Leave the browser's cookies as they are, if the next session may be in them."""
    if not was_used(KIND, request.COOKIES[settings.SESSION_COOKIE_NAME]):
        return
    del request.COOKIES[settings.SESSION_COOKIE_NAME]
    if request.META.get(CSRF_COOKIE) == request.COOKIES.get(settings.CSRF_COOKIE_NAME):
        request.META[CSRF_COOKIE_IS_NEW] = False
