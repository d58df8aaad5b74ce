"""Tries TOKENS_CACHE: keeps a sealed value there, reads it, and lets another process read it."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from collections.abc import Callable
from typing import NamedTuple

from django.conf import settings
from django.core.cache import caches
from django.core.cache.backends.locmem import LocMemCache

from django_entrance.conf.loading import current_settings
from django_entrance.entra.token_cache import CacheDown, forget, place_of, read, write

SECONDS = 60
LONGEST_START = 30

READ_ELSEWHERE = """
import sys, django
django.setup()
from django_entrance.management.tokens_cache import kept_at
print(kept_at(sys.argv[1]))
"""

TO_SHARE = "Choose a cache in CACHES that all processes share, such as Redis or the database."
TO_START = f"Start the cache, or correct its entry in CACHES. A table is made by manage.py createcachetable. {TO_SHARE}"
TO_KEEP = f"The cache forgets at once: it is a dummy, full, or its clients hide an outage. {TO_SHARE}"
TO_COMPARE = f"Processes must have the same CACHES and the same SECRET_KEY. {TO_SHARE}"


class Seen(NamedTuple):
    """What was seen, and the remedy if it is wrong. Nothing was seen where there is no TOKENS_CACHE."""

    seen: str
    remedy: str = ""


def examine_tokens_cache(read_elsewhere: Callable[[str], str | None] | None = None) -> Seen:
    """Keep a value, read it here and in another process, and remove it.

    ``read_elsewhere`` returns what another process finds at a place, or None where no other can be started.
    """
    alias = current_settings().TOKENS_CACHE
    if alias is None:
        return Seen("")
    place, value = place_of("doctor", secrets.token_hex(16)), secrets.token_hex(16)
    try:
        write(place, {"value": value}, SECONDS)
        found = kept_at(place)
        elsewhere = (read_elsewhere or read_in_another_process)(place) if found == value else None
        forget([place])
    except CacheDown as fault:
        return Seen(f"{alias!r} does not answer ({fault})", TO_START)
    if found != value:
        return Seen(f"{alias!r} does not keep what is written", TO_KEEP)
    if isinstance(caches[alias], LocMemCache):
        return in_memory(alias)
    if elsewhere is None:
        return Seen(f"{alias!r} keeps sealed values; whether other processes see them was not tried")
    if elsewhere != value:
        return Seen(f"another process does not find in {alias!r} what this one has kept", TO_COMPARE)
    return Seen(f"{alias!r} keeps sealed values, and another process reads them")


def in_memory(alias: str) -> Seen:
    """Say what the memory of one process means here: with several workers, each would ask Entra again."""
    seen = f"{alias!r} is the memory of one process"
    workers = os.environ.get("WEB_CONCURRENCY", "")
    if settings.DEBUG and workers in ("", "1"):
        return Seen(f"{seen}: enough for one process in development")
    return Seen(f"{seen}: a session has no token for other APIs in another worker", TO_SHARE)


def kept_at(place: str) -> str:
    """Return the value that is kept at a place, or an empty text."""
    return str(read(place).get(place, {}).get("value", ""))


def read_in_another_process(place: str) -> str | None:
    """Return what a new process with the same settings finds, or None if it cannot be started."""
    if not os.environ.get("DJANGO_SETTINGS_MODULE"):
        return None
    own = {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [sys.executable, "-c", READ_ELSEWHERE, place]
    try:
        run = subprocess.run(command, capture_output=True, text=True, env=os.environ | own, timeout=LONGEST_START)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return run.stdout.rpartition("\n")[0].rpartition("\n")[2] if run.returncode == 0 else None
