"""Holds the result of one fetch: issuer, keys, and the times at which they are due for renewal."""

from collections.abc import Mapping
from dataclasses import dataclass

from django_entrance.verification.metadata.documents import ProviderMetadata
from django_entrance.verification.metadata.jwks import SigningKey
from django_entrance.verification.token_prefixes import entra_headers

RENEWAL = 60 * 60.0
"""Seconds after which the keys are fetched again in the background (Microsoft: signing-key-rollover, hourly)."""

LIFETIME = 24 * 60 * 60.0
"""Seconds after which a request waits for new keys (Microsoft: signing-key-rollover, 24 hours)."""

JITTER = 0.2
"""Both happen up to this share earlier, so that the processes of a site do not all fetch at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeySet:
    """The keys of one fetch, requested at ``fetched_at`` (seconds since 1970); the other times are the clock's.

    ``asked_at`` is when this process began to ask, itself or through the store. It decides which of two sets is newer:
    the clock only goes forward, and a late answer is as old as its request. ``headers`` maps each header that Entra
    writes for a key to the key id.
    """

    issuer: str
    keys: Mapping[str, SigningKey]
    headers: Mapping[str, str]
    fetched_at: float
    asked_at: float
    renew_at: float
    stale_at: float


def make_key_set(
    metadata: ProviderMetadata,
    previous: KeySet | None,
    *,
    fetched_at: float,
    asked_at: float,
    start: float,
    share: float,
) -> KeySet:
    """Return the key set for metadata that was fetched at ``start`` by the clock. An unchanged key keeps its object.

    ``share`` of both periods passes before the keys are due.
    """
    known = {} if previous is None else previous.keys
    return KeySet(
        issuer=metadata.issuer,
        keys={name: known[name] if known.get(name) == key else key for name, key in metadata.keys.items()},
        headers={header: name for name in metadata.keys for header in entra_headers(name)},
        fetched_at=fetched_at,
        asked_at=asked_at,
        renew_at=start + RENEWAL * share,
        stale_at=start + LIFETIME * share,
    )
