"""Keeps what a Django session can get tokens with, sealed in ``TOKENS_CACHE``: never in the session itself.

A session that a token began keeps that token until it ends, or the refresh token that Entra gives for it. A session of
page sign-in keeps the refresh token of its sign-in. A live connection holds the token of its ``connection_init``,
sealed, in memory alone, for as long as its caller may stay.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterable
from math import inf
from typing import Any, NamedTuple

from django.http import HttpRequest
from django.views.decorators.debug import sensitive_variables

from django_entrance.conf.loading import current_settings
from django_entrance.entra.sealing import seal, unseal
from django_entrance.entra.token_cache import CacheDown, forget, place_of, read, write, write_first
from django_entrance.verification.bearer import read_bearer
from django_entrance.verification.identity import Identity

SESSION_RECORD = "_entrance"
"""Where a Django session keeps what it knows of the sign-in with Entra, with the id of its row."""

PAGE_GRANT = "_entrance_page_grant"
"""Attribute of a request with the grant that page sign-in has just got."""

HELD = "_entrance_held_token"
"""Attribute of a handshake with the token that opened the connection, sealed: also the place that it is sealed for."""

OVER = "_entrance_may_not_stay"
"""Attribute of a request: its caller was told to go, while the application may still be at work for it."""

ERA = 24 * 60 * 60
"""Seconds for which the tokens of a person may be kept at all."""


class Grant(NamedTuple):
    """What Entra gives tokens for: an access token of ours (``is_refresh`` is False), or a refresh token."""

    secret: str
    is_refresh: bool
    until: float

    def __repr__(self) -> str:
        return f"Grant(is_refresh={self.is_refresh})"


def note_page_grant(request: HttpRequest, refresh_token: object) -> None:
    """Note the refresh token of page sign-in, if there is one, until its session begins."""
    if isinstance(refresh_token, str) and refresh_token:
        request.__dict__[PAGE_GRANT] = Grant(refresh_token, is_refresh=True, until=inf)


@sensitive_variables()
def bearer_grant(request: HttpRequest, identity: Identity) -> Grant | None:
    """Return the token from which ``identity`` came: of the request's ``Authorization`` header, or held for it."""
    text = read_bearer(request.META.get("HTTP_AUTHORIZATION")) or held_bearer(request)
    return None if text is None else Grant(text, is_refresh=False, until=identity.expires_at)


@sensitive_variables()
def hold_bearer(request: HttpRequest, identity: Identity) -> None:
    """Hold the token of a handshake for calls to other APIs, where the site makes any: no longer than it is good.

    Whatever shows the request's attributes, such as an error report, shows what only this site can open.
    """
    text = read_bearer(request.META.get("HTTP_AUTHORIZATION"))
    if text is not None and current_settings().TOKENS_CACHE is not None:
        request.__dict__[HELD] = seal(HELD, {"token": text}, until=identity.expires_at)


def end_calls(request: HttpRequest) -> None:
    """Let a request get no more tokens, since its caller may not stay, and forget the one that is held for it."""
    request.__dict__.pop(HELD, None)
    request.__dict__[OVER] = True


def may_call(request: HttpRequest) -> bool:
    return OVER not in request.__dict__


def held_bearer(request: HttpRequest) -> str | None:
    held = unseal(HELD, request.__dict__.get(HELD))
    return None if held is None else str(held["token"])


@sensitive_variables()
def keep_grant(request: HttpRequest, identity: Identity, session_id: str, ends_at: float) -> None:
    """Keep what a session that begins, or is renewed, can get tokens with. A cache that is down costs only that."""
    if current_settings().TOKENS_CACHE is None:
        return
    grant = request.__dict__.pop(PAGE_GRANT, None)
    if grant is None and identity.door == "bearer":
        grant = bearer_grant(request, identity)
    if grant is not None:
        save_grant(session_id, grant._replace(until=min(grant.until, ends_at)))


@sensitive_variables()
def save_grant(session_id: str, grant: Grant) -> None:
    seconds = grant.until - time.time()
    try:
        if seconds > 0:
            write(grant_place(session_id), grant._asdict(), seconds)
    except CacheDown:
        return


@sensitive_variables()
def renew_grant(session_id: str, grant: Grant) -> None:
    """Keep a newer grant of a session, unless the session was ended while Entra was asked."""
    try:
        was_ended = session_grant(session_id) is None
    except CacheDown:
        return
    if not was_ended:
        save_grant(session_id, grant)


def session_grant(session_id: str) -> Grant | None:
    """Return what a session can get tokens with, or None where nothing is kept.

    Raises:
        CacheDown: the cache does not answer.
    """
    place = grant_place(session_id)
    kept = read(place).get(place)
    return None if kept is None else Grant(**kept)


def session_id_of(request: HttpRequest) -> str:
    """Return the id of the session that Entra stands behind."""
    record = request.session[SESSION_RECORD]
    return str(record["id"])


class Ended(NamedTuple):
    """A session that ends, and its person."""

    session_id: str
    tenant_id: str
    object_id: str


def forget_person(record: Any) -> None:
    """Forget all tokens of the person of a session's record, and what that session can get others with."""
    try:
        kept = record["identity"]
        ended = Ended(str(record["id"]), kept["tenant"], kept["object"])
    except (KeyError, TypeError):
        return
    forget_ended([ended])


def forget_ended(sessions: Iterable[Ended]) -> None:
    """Forget all tokens of the people of some sessions, and what those can get others with.

    A cache that is down costs a line of the log, never a sign-out: what it holds ends by itself.
    """
    if current_settings().TOKENS_CACHE is None:
        return
    places = {place for each in sessions for place in (grant_place(each.session_id), place_of("era", *each[1:]))}
    try:
        forget(places)
    except CacheDown:
        return


def make_stale(request: HttpRequest) -> None:
    """Let Microsoft be asked about a session before its next request: what it got tokens with is gone."""
    request.session[SESSION_RECORD] = request.session[SESSION_RECORD] | {"checked": 0, "respite": 0}


def grant_place(session_id: str) -> str:
    return place_of("grant", session_id)


def era_place(identity: Identity) -> str:
    """Return the place of the name under which all tokens of a person are kept: without it they are of no use."""
    return place_of("era", identity.tenant_id, identity.object_id)


def begin_era(identity: Identity) -> str | None:
    """Return that name, made where there is none."""
    place = era_place(identity)
    write_first(place, {"name": secrets.token_hex(16)}, ERA)
    kept = read(place).get(place)
    return None if kept is None else str(kept["name"])
