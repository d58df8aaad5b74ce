"""Keeps each sign-in that a browser has begun in a cookie of its own: signed, HttpOnly, for ten minutes.

The cookie binds state, nonce and PKCE to the browser, and the sign-in to its authority. It has a salt of its own, so it
can be used as nothing else, and nothing else as it.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from typing import NamedTuple

from django.core import signing
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.crypto import constant_time_compare

from django_entrance.entra.authorities import registration_of
from django_entrance.frontend.addresses import is_https
from django_entrance.sessions.proofs import Proof
from django_entrance.verification.errors import SignInStateRefused

SALT = "django_entrance.sessions.flows"
PREFIX, HOST_PREFIX = "entrance_flow_", "__Host-"
LIFETIME = 600
"""Seconds in which a sign-in has to be completed."""

MOST, LARGEST = 8, 4_000
"""Sign-ins that a browser may have begun at once, and characters of their cookies together; the oldest are dropped."""

SOON = 10
"""Seconds within which a silent sign-in comes back, if ever."""

LONGEST_STATE = 200


class Flow(NamedTuple):
    """A sign-in that was begun. ``bound_to`` is its authority with its registration, which must still be configured.

    ``rechecks`` is the id of the session that Entra is asked about silently, or empty. ``at`` is when it was begun.
    ``ticket`` connects the person with the user that it was given to, in place of a new session; or it is empty.
    ``context`` and ``asked`` name the ``proof`` that the session of ``rechecks`` is to get, or are empty.
    """

    state: str
    nonce: str
    verifier: str
    authority: str
    bound_to: str | None
    redirect_uri: str
    next: str
    rechecks: str
    at: int
    ticket: str = ""
    context: str = ""
    asked: str = ""

    @property
    def proof(self) -> Proof | None:
        """What the session is to prove; None where the sign-in is for something else."""
        return Proof(context=self.context, asked=self.asked) if self.context or self.asked else None


def prefix(request: HttpRequest) -> str:
    """Return how names of flow cookies begin. Over https no other host of the domain can set such a name."""
    return HOST_PREFIX + PREFIX if is_https(request) else PREFIX


def cookie_name(request: HttpRequest, state: str) -> str:
    """Return the name of a flow's cookie: it tells flows apart, and does not tell the state."""
    return prefix(request) + hashlib.sha256(state.encode("utf-8", "replace")).hexdigest()[:16]


def cookie_path(urlconf: str | None = None) -> str:
    """Return the prefix that this package's URLs are under.

    Raises:
        NoReverseMatch: the URLconf, by default that of the request, does not include them.
    """
    return reverse("entrance:sign-in", urlconf=urlconf).removesuffix("sign-in/")


def flow_path(request: HttpRequest) -> str:
    """Return the path of flow cookies, which ``__Host-`` fixes (RFC 6265bis section 4.1.3.2)."""
    return "/" if is_https(request) else cookie_path()


def keep_flow(request: HttpRequest, response: HttpResponseBase, flow: Flow) -> None:
    """Set the flow's cookie, and delete those of the oldest flows where there are too many."""
    value = signing.dumps(list(flow), salt=SALT, compress=True)
    for name, _ in pushed_out(request, len(value)):
        response.delete_cookie(name, path=flow_path(request), samesite="Lax")
    response.set_cookie(
        cookie_name(request, flow.state),
        value,
        max_age=LIFETIME,
        path=flow_path(request),
        secure=is_https(request),
        httponly=True,
        samesite="Lax",
    )


def newest_first(request: HttpRequest) -> list[tuple[str, str]]:
    """Return the flow cookies of the browser; unreadable and ended ones come last, since they go first."""
    cookies = [(name, text) for name, text in request.COOKIES.items() if name.startswith(prefix(request))]
    return sorted(cookies, key=lambda cookie: begun_at(cookie[1]), reverse=True)


def pushed_out(request: HttpRequest, size: int) -> Iterator[tuple[str, str]]:
    """Yield the flow cookies that one more, of so many characters, pushes out: the oldest."""
    room = LARGEST - size
    for position, (name, text) in enumerate(newest_first(request)):
        room -= len(name) + len(text)
        if position >= MOST - 1 or room < 0:
            yield name, text


def has_room_to_ask(request: HttpRequest, session_id: str) -> bool:
    """Return whether one more re-check of a session pushes out none that is about to come back."""
    size = max((len(text) for _, text in newest_first(request)), default=0)
    return not any(is_under_way(text, session_id) for _, text in pushed_out(request, size))


def is_under_way(text: str, session_id: str) -> bool:
    flow = read_flow(text)
    return flow is not None and flow.rechecks == session_id and abs(time.time() - flow.at) < SOON


def begun_at(text: str) -> int:
    """Return when a sign-in was begun; 0 if the cookie is unreadable, or of before a clock was put back."""
    flow = read_flow(text)
    return 0 if flow is None or flow.at > time.time() + SOON else flow.at


def read_flow(text: str) -> Flow | None:
    """Return the flow in a cookie, or None: not ours, changed, or older than LIFETIME."""
    if len(text) > LARGEST:
        return None
    try:
        flow = Flow(*signing.loads(text, salt=SALT, max_age=LIFETIME))
    except (signing.BadSignature, TypeError):
        return None
    return flow


def has_flow(request: HttpRequest, state: str) -> bool:
    return cookie_name(request, state) in request.COOKIES


def find_flow(request: HttpRequest, state: str) -> Flow:
    """Return the flow that an answer belongs to.

    Raises:
        SignInStateRefused: this browser did not begin it, too long ago, or at an authority that is no longer trusted.
    """
    if not 0 < len(state) <= LONGEST_STATE:
        raise SignInStateRefused(expected="the state of a sign-in")
    flow = read_flow(request.COOKIES.get(cookie_name(request, state), ""))
    if flow is None or not constant_time_compare(flow.state, state):
        raise SignInStateRefused(expected="the cookie of this sign-in, which lasts ten minutes")
    if registration_of(flow.authority) != flow.bound_to:
        raise SignInStateRefused(expected="an authority as it was configured when the sign-in was begun")
    return flow


def drop_flow(request: HttpRequest, response: HttpResponseBase, state: str) -> None:
    response.delete_cookie(cookie_name(request, state), path=flow_path(request), samesite="Lax")
