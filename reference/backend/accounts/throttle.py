"""Counts the attempts to sign in, so that nobody can guess on and on."""

import hashlib

from django.core.cache import cache

ATTEMPTS = 10
WINDOW = 15 * 60
"""Seconds after the first attempt until somebody may try again."""


def take_attempt(username: str, address: str) -> bool:
    """Count one attempt before it is made; return False when there have been too many."""
    key = attempts_key(username, address)
    cache.add(key, 0, WINDOW)
    try:
        return cache.incr(key) <= ATTEMPTS
    except ValueError:  # it ran out between the two lines
        return True


def forget_attempts(username: str, address: str) -> None:
    """Start counting anew, after a sign-in that went well."""
    cache.delete(attempts_key(username, address))


def attempts_key(username: str, address: str) -> str:
    """Return a key that any cache can hold, and that tells nobody who tried."""
    return "sign-in:" + hashlib.sha256(f"{address} {username.casefold()}".encode("utf-8", "replace")).hexdigest()
