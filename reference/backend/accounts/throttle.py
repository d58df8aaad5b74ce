"""Limits the attempts to sign in with a password."""

import hashlib

from django.core.cache import cache

ATTEMPTS = 10
WINDOW = 15 * 60
"""Seconds after the first attempt until the count starts again."""


def take_attempt(username: str, address: str) -> bool:
    """Count an attempt before it is made. Return False if there were too many."""
    key = attempts_key(username, address)
    cache.add(key, 0, WINDOW)
    try:
        return cache.incr(key) <= ATTEMPTS
    except ValueError:  # the key expired between the two calls
        return True


def forget_attempts(username: str, address: str) -> None:
    """Reset the count after a successful sign-in."""
    cache.delete(attempts_key(username, address))


def attempts_key(username: str, address: str) -> str:
    """Return a key that is valid in every cache and does not reveal the user name."""
    return "sign-in:" + hashlib.sha256(f"{address} {username.casefold()}".encode("utf-8", "replace")).hexdigest()
