"""Tells caches of whole pages, such as Django's, what the session's cookie does not tell.

They keep a page by the ``Cookie`` header, which stays the same when Entra was asked again, and where the session has no
user for a while. So the header gets one pair more, which changes then. Only caches see it: the session was read before.
"""

from __future__ import annotations

from hashlib import sha256

from django.conf import settings
from django.http import HttpRequest

from django_entrance.sessions.record import KEY

NAME = "entrance_state"


def tell_caches(request: HttpRequest) -> None:
    """Let caches keep the pages of a session apart by what Entra said of the person, and when.

    The digest is of the whole record, with its id, which no cookie has: no browser can ask for a page of before.
    """
    add_pair(request, sha256(repr(request.session[KEY]).encode("utf-8", "replace")).hexdigest())


def tell_caches_without_user(request: HttpRequest) -> None:
    """Let caches keep apart the pages of a session that has no user at this moment. Its other data may be in them."""
    add_pair(request, "no-user")


def add_pair(request: HttpRequest, value: str) -> None:
    sent = request.META.get("HTTP_COOKIE", "")
    write_cookies(request, f"{sent}; {NAME}={value}")


def hide_cookie(request: HttpRequest) -> None:
    """Remove the cookie of a session that is over from what caches see, so that they give the response of none."""
    pairs = request.META.get("HTTP_COOKIE", "").split("; ")
    write_cookies(request, "; ".join(each for each in pairs if not is_session_cookie(each)))


def is_session_cookie(pair: str) -> bool:
    return pair.partition("=")[0].strip() == settings.SESSION_COOKIE_NAME


def write_cookies(request: HttpRequest, text: str) -> None:
    request.META["HTTP_COOKIE"] = text
    request.__dict__.pop("headers", None)
