"""Tells caches of whole pages, such as Django's, what the session's cookie does not tell.

They keep a page by the ``Cookie`` header, which stays the same when Entra was asked again, and where the session has no
user for a while. So the header gets one pair more, which changes then. Only caches see it: the session was read before.
"""

from __future__ import annotations

from hashlib import sha256

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


def tell_caches_of_end(request: HttpRequest) -> None:
    """Let caches keep apart the page of a session that is over.

    It may set a cookie, such as that of a new session, for this browser alone. So it must never be the page of visitors
    who sent no cookie, and neither one of the session's own pages of before.
    """
    add_pair(request, "over")


def add_pair(request: HttpRequest, value: str) -> None:
    sent = request.META.get("HTTP_COOKIE", "")
    request.META["HTTP_COOKIE"] = f"{sent}; {NAME}={value}"
    request.__dict__.pop("headers", None)
