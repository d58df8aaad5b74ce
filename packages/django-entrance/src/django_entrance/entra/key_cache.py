"""Keeps fetched documents in a Django cache, signed, so that the processes of a site fetch them once together."""

import logging
from hashlib import sha256

from django.core.cache import caches
from django.core.signing import BadSignature, Signer
from django.db import connections

log = logging.getLogger("django_entrance")

KEPT = 24 * 60 * 60
"""Seconds that documents stay in the cache; who reads them judges their age."""


class KeyCache:
    """A store of documents that all processes reach; see ``verification.sharing``.

    Only text goes in, with a signature of this project's ``SECRET_KEY``: who can write to the cache, but does not know
    that key, cannot bring signing keys of his own in. A cache that is down counts as empty.
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
        except Exception as fault:
            self.say(fault)
            return None

    def write(self, text: str) -> None:
        try:
            caches[self.alias].set(self.key, self.signer.sign(text), KEPT)
        except Exception as fault:
            self.say(fault)

    def claim(self, seconds: float) -> bool:
        """Grant it, too, when the cache neither takes a claim nor has one: some clients hide that a server is down."""
        try:
            cache = caches[self.alias]
            return bool(cache.add(f"{self.key}.claim", "1", seconds)) or cache.get(f"{self.key}.claim") is None
        except Exception as fault:
            self.say(fault)
            return True

    def release(self) -> None:
        try:
            caches[self.alias].delete(f"{self.key}.claim")
        except Exception as fault:
            self.say(fault)

    def close(self) -> None:
        """Connections belong to a thread, and Django ends only those of requests."""
        try:
            caches.close_all()
            connections.close_all()
        except Exception as fault:
            self.say(fault)

    def say(self, fault: Exception) -> None:
        log.warning(
            "The cache %r does not answer (%s); signing keys go on without it.", self.alias, type(fault).__name__
        )
