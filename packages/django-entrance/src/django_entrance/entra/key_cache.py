"""Shares provider metadata between the processes of a site, signed, in a Django cache."""

import logging
from hashlib import sha256

from django.core.cache import caches
from django.core.signing import BadSignature, Signer
from django.db import connections

log = logging.getLogger("django_entrance")

TIMEOUT = 24 * 60 * 60
"""Seconds that documents stay in the cache; their reader checks their age."""


class KeyCache:
    """A store that all processes share; see ``verification.metadata.sharing``.

    It holds text signed with this project's ``SECRET_KEY``: an attacker who can write to the cache cannot add signing
    keys without it. A cache that is down counts as empty.
    """

    def __init__(self, alias: str, authority: str) -> None:
        self.alias = alias
        self.key = f"entrance.keys.{sha256(authority.encode()).hexdigest()}"
        self.signer = Signer(salt=f"django_entrance.entra.key_cache:{authority}")

    def read(self) -> object:
        try:
            signed = caches[self.alias].get(self.key)
            return self.signer.unsign(signed) if isinstance(signed, str) else None
        except BadSignature:
            return None
        except Exception as error:
            self.warn(error)
            return None

    def write(self, text: str) -> None:
        try:
            caches[self.alias].set(self.key, self.signer.sign(text), TIMEOUT)
        except Exception as error:
            self.warn(error)

    def claim(self, seconds: float) -> bool:
        """Return whether this process may fetch. Also True if the cache stores nothing: some clients hide an outage."""
        try:
            cache = caches[self.alias]
            return bool(cache.add(f"{self.key}.claim", "1", seconds)) or cache.get(f"{self.key}.claim") is None
        except Exception as error:
            self.warn(error)
            return True

    def release(self) -> None:
        try:
            caches[self.alias].delete(f"{self.key}.claim")
        except Exception as error:
            self.warn(error)

    def close(self) -> None:
        """Close this thread's connections, since Django closes only those of requests."""
        try:
            caches.close_all()
            connections.close_all()
        except Exception as error:
            self.warn(error)

    def warn(self, error: Exception) -> None:
        log.warning(
            "The cache %r does not answer (%s). Signing keys are fetched without it.", self.alias, type(error).__name__
        )
