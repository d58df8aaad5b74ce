"""Counts sign-ins that went round without a click, so that a browser which loses its session does not go on for ever.

Only what a page begins by itself can loop: page sign-in on GET, and the silent re-check. An answer that fails ends on a
page; one that sends the browser on is counted, and after MOST within a minute the next begins only with a click.
"""

from __future__ import annotations

import time

from django.core import signing
from django.http import HttpRequest, HttpResponseBase

from django_entrance.frontend.addresses import is_https
from django_entrance.sessions.flows import cookie_path
from django_entrance.verification.errors import SignInLoop

COOKIE, SALT = "entrance_rounds", "django_entrance.sessions.loops"
MOST, SECONDS = 3, 60


def rounds(request: HttpRequest) -> list[int]:
    """Return when the browser was sent on within the last minute."""
    text = request.COOKIES.get(COOKIE, "")[:500]
    try:
        times = signing.loads(text, salt=SALT, max_age=SECONDS)
    except signing.BadSignature:
        return []
    return [at for at in times if time.time() - at < SECONDS]


def require_no_loop(request: HttpRequest) -> None:
    """Refuse to begin without a click after MOST rounds.

    Raises:
        SignInLoop: the browser was sent on too often within a minute.
    """
    if len(rounds(request)) >= MOST:
        raise SignInLoop(expected=f"at most {MOST} sign-ins a minute")


def count_round(request: HttpRequest, response: HttpResponseBase) -> None:
    times = [*rounds(request), int(time.time())][-MOST:]
    response.set_cookie(
        COOKIE,
        signing.dumps(times, salt=SALT),
        max_age=SECONDS,
        path=cookie_path(),
        secure=is_https(request),
        httponly=True,
        samesite="Lax",
    )
