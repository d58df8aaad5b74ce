"""Keeps tokens sealed in the Django cache that ``TOKENS_CACHE`` names. No other module reads or writes it."""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from typing import Any

from django.core.cache import caches
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError

from django_entrance.conf.loading import current_settings
from django_entrance.entra.sealing import seal, unseal

log = logging.getLogger("django_entrance")


class CacheDown(OSError):
    """The cache did not answer. The text is safe to log."""


def required_cache() -> str:
    """Return the name of the cache.

    Raises:
        ImproperlyConfigured: the settings have none; the message says what to write.
    """
    alias = current_settings().TOKENS_CACHE
    if alias is None:
        raise ImproperlyConfigured(
            "ENTRANCE has no TOKENS_CACHE, which keeps tokens for other APIs, encrypted. Write the name of a cache in"
            ' CACHES that all processes share: "TOKENS_CACHE": "default".'
        )
    return alias


def place_of(kind: str, *facts: str) -> str:
    """Return the key of a place in the cache; it tells nothing of the facts, and no fact reads as two."""
    return f"entrance.{kind}.{sha256(repr(facts).encode()).hexdigest()}"


@contextmanager
def answering() -> Iterator[Any]:
    """Give the cache. What its client raises becomes CacheDown: each client has errors of its own.

    Raises:
        CacheDown: the cache does not answer.
    """
    alias = required_cache()
    try:
        yield caches[alias]
    except Exception as error:
        hint = " Has its table been made, with manage.py createcachetable?" if isinstance(error, DatabaseError) else ""
        log.warning("The cache %r, which keeps tokens, does not answer (%s).%s", alias, type(error).__name__, hint)
        raise CacheDown(type(error).__name__) from None


def read(*places: str) -> Mapping[str, dict[str, Any]]:
    """Return what is kept at the places, without those that have nothing which can be read."""
    with answering() as cache:
        sealed = cache.get_many(places)
    opened = {place: unseal(place, sealed.get(place)) for place in places}
    return {place: facts for place, facts in opened.items() if facts is not None}


def write(place: str, facts: Mapping[str, Any], seconds: float) -> None:
    """Keep facts at a place for some seconds."""
    sealed = seal(place, facts, until=time.time() + seconds)
    with answering() as cache:
        cache.set(place, sealed, seconds)


def write_first(place: str, facts: Mapping[str, Any], seconds: float) -> None:
    """Keep facts at a place where nothing is, as one of several processes that do so at the same moment."""
    sealed = seal(place, facts, until=time.time() + seconds)
    with answering() as cache:
        if not cache.add(place, sealed, seconds) and unseal(place, cache.get(place)) is None:
            cache.set(place, sealed, seconds)


def forget(places: Iterable[str]) -> None:
    """Delete what is kept at the places."""
    with answering() as cache:
        cache.delete_many(list(places))


def claim(place: str, seconds: float) -> str | None:
    """Return a ticket if no other process works for this place, or None. The claim ends by itself, too.

    A cache that keeps nothing gives a ticket to each: some clients hide an outage.
    """
    ticket = secrets.token_hex(8)
    with answering() as cache:
        is_first = cache.add(f"{place}.claim", ticket, seconds) or cache.get(f"{place}.claim") is None
    return ticket if is_first else None


def release(place: str, ticket: str) -> None:
    """End a claim of one's own."""
    with answering() as cache:
        if cache.get(f"{place}.claim") == ticket:
            cache.delete(f"{place}.claim")
