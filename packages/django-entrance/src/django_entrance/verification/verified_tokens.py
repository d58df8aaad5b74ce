"""Caches verified tokens by their digest: bounded, never beyond ``exp``, never beyond their signing key."""

from collections import OrderedDict
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256

from django_entrance.metrics import CACHE_LOOKUPS, measure
from django_entrance.verification.authority import Authority
from django_entrance.verification.identity import Identity
from django_entrance.verification.metadata.jwks import SigningKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """The result of verifying one token: the identity, and what it depends on."""

    identity: Identity
    authority: Authority
    key: SigningKey
    verified_at: float

    def is_valid_for(self, authorities: Collection[Authority], now: float) -> bool:
        """Tell whether verifying the token again, for those authorities, would give the same result.

        Raises:
            UnknownSigningKey: the authority has retired the key.
        """
        is_in_time = self.verified_at <= now < self.identity.expires_at
        return is_in_time and self.authority in authorities and self.authority.keys.find(self.key.key_id) == self.key


class VerifiedTokens:
    """A cache of the latest ``most`` verified tokens of one process. It keeps no token text; 0 turns it off."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.entries: OrderedDict[bytes, Verification] = OrderedDict()

    def find(self, bearer: str, authorities: Collection[Authority], now: float) -> Identity | None:
        """Return the identity of the same token text, or None when the token must be verified."""
        entry = self.entries.get(digest(bearer)) if self.most else None
        if entry is not None and entry.is_valid_for(authorities, now):
            measure(CACHE_LOOKUPS, "verified_tokens", "hit")
            return entry.identity
        if self.most:
            measure(CACHE_LOOKUPS, "verified_tokens", "miss")
        return None

    def add(self, bearer: str, verification: Verification) -> None:
        """Cache a result. No lock is used, since a fork could leave it locked: each step is a single dict operation."""
        if self.most:
            self.entries[digest(bearer)] = verification
            with suppress(KeyError):
                while len(self.entries) > self.most:
                    self.entries.popitem(last=False)


def digest(bearer: str) -> bytes:
    return sha256(bearer.encode("utf-8", "surrogatepass")).digest()
