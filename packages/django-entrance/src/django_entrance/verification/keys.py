"""Holds an authority's signing keys: fetched late, kept through outages, proof against storms of unknown key ids."""

import json
import logging
import threading
import time
from base64 import urlsafe_b64decode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import requests
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey, RSAPublicNumbers

from django_entrance.verification.errors import AuthorityMismatch, AuthorityUnreachable, UnknownSigningKey, shown

log = logging.getLogger("django_entrance")

Fetch = Callable[[str], bytes]
"""Address → body of the document there. Raises OSError when it cannot be had."""

LIFE = 24 * 60 * 60.0
"""Seconds a fetched set counts as fresh (Microsoft: signing-key-rollover, "24 hours")."""

COOL_DOWN = 5 * 60.0
"""Seconds between two fetches that an unknown key id causes (Microsoft: at most once per five minutes)."""

RETRY = 10.0
"""Seconds between two tries while there is no key at all, or the last refresh failed."""

PATIENCE = 5.0
"""Seconds that one document may take altogether."""

LARGEST_DOCUMENT = 1_000_000
MOST_KEYS = 1_000
KEY_BITS = range(2048, 4096 + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningKey:
    """A published RSA key. ``issuer`` is for whom it may sign, with ``{tenantid}`` where any tenant is meant."""

    key_id: str
    issuer: str | None
    public_key: RSAPublicKey = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeySet:
    keys: Mapping[str, SigningKey]
    fetched_at: float


class SigningKeys:
    """The signing keys of one authority.

    ``find`` is the only place of a request that may use the network, and does so at most once per cool-down.
    """

    def __init__(
        self, *, discovery_url: str, issuer: str, fetch: Fetch, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.discovery_url = discovery_url
        self.issuer = issuer
        self.fetch = fetch
        self.clock = clock
        self.held: KeySet | None = None
        self.tried_at = float("-inf")
        self.surprised_at = float("-inf")
        self.lock = threading.Lock()

    def find(self, key_id: str) -> SigningKey:
        """Return the key of that id.

        Raises:
            UnknownSigningKey: the authority does not publish it, as far as the last allowed fetch tells.
            AuthorityUnreachable: no key was ever fetched, and none can be now.
        """
        held = self.held
        if held is None or key_id not in held.keys or self.is_stale(held):
            held = self.refreshed(key_id)
        try:
            return held.keys[key_id]
        except KeyError:
            raise UnknownSigningKey(expected="a published key id", came=key_id) from None

    def is_stale(self, held: KeySet) -> bool:
        return self.clock() - held.fetched_at > LIFE

    def refreshed(self, key_id: str) -> KeySet:
        """Fetch a new set if one is due; one caller fetches, and nobody who holds a good key waits for it."""
        has_key = self.held is not None and key_id in self.held.keys
        if self.lock.acquire(blocking=not has_key):
            try:
                if self.is_due(key_id):
                    self.fetch_now()
            finally:
                self.lock.release()
        if self.held is None:
            raise AuthorityUnreachable(expected=f"an answer from {self.discovery_url}")
        return self.held

    def is_due(self, key_id: str) -> bool:
        """Tell whether a fetch is allowed now, and note it when an unknown key id is the cause."""
        now = self.clock()
        if self.held is None or key_id in self.held.keys:
            return (self.held is None or self.is_stale(self.held)) and now - self.tried_at >= RETRY
        if now - self.surprised_at < COOL_DOWN:
            return False
        self.surprised_at = now
        return True

    def fetch_now(self) -> None:
        """Replace the held set; when that fails keep it, and raise only what contradicts us."""
        self.tried_at = self.clock()
        try:
            self.held = KeySet(keys=self.published(), fetched_at=self.tried_at)
        except (OSError, ValueError, RecursionError) as fault:
            log.warning("Signing keys not fetched from %s: %s", self.discovery_url, shown(str(fault)))
        except AuthorityMismatch as mismatch:
            log.error("Signing keys refused from %s: %s", self.discovery_url, mismatch)
            if self.held is None:
                raise

    def published(self) -> dict[str, SigningKey]:
        """Fetch the discovery document and the keys it names, believing it only where it agrees with us."""
        discovery = read_document(self.fetch(self.discovery_url))
        if discovery.get("issuer") != self.issuer:
            raise AuthorityMismatch(expected=f"issuer {self.issuer}", came=discovery.get("issuer"))
        jwks_uri = discovery.get("jwks_uri")
        if not isinstance(jwks_uri, str) or origin(jwks_uri) != origin(self.discovery_url):
            raise AuthorityMismatch(expected="a jwks_uri on the authority's own host", came=jwks_uri)
        keys = read_keys(read_document(self.fetch(jwks_uri)))
        if not keys:
            raise ValueError("no usable key in the published set")
        return keys


def read_document(body: bytes) -> dict[str, Any]:
    document = json.loads(body.decode("utf-8"))
    if not isinstance(document, dict):
        raise ValueError("not a JSON object")
    return document


def origin(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc


def read_keys(document: Mapping[str, Any]) -> dict[str, SigningKey]:
    """Return the keys fit for RS256 by id; others are passed over (RFC 7517 section 5)."""
    published = document.get("keys")
    if not isinstance(published, list) or len(published) > MOST_KEYS:
        raise ValueError(f"keys is not a list of at most {MOST_KEYS}")
    return {key.key_id: key for key in map(read_key, published) if key is not None}


def read_key(jwk: object) -> SigningKey | None:
    """Return a JWK (RFC 7517) as a signing key, or None when it is not a public RSA signing key of our sizes."""
    if not isinstance(jwk, dict) or jwk.get("kty") != "RSA" or jwk.get("use", "sig") != "sig" or "d" in jwk:
        return None
    if jwk.get("alg", "RS256") != "RS256" or "verify" not in jwk.get("key_ops", ["verify"]):
        return None
    key_id, issuer = jwk.get("kid"), jwk.get("issuer")
    if not isinstance(key_id, str) or not key_id or not isinstance(issuer, str | None):
        return None
    try:
        modulus, exponent = (int.from_bytes(urlsafe_b64decode(jwk[name] + "==")) for name in ("n", "e"))
        if modulus.bit_length() not in KEY_BITS or exponent != 65537:
            return None
        return SigningKey(key_id=key_id, issuer=issuer, public_key=RSAPublicNumbers(exponent, modulus).public_key())
    except (KeyError, TypeError, ValueError, UnsupportedAlgorithm):
        return None


def fetch_document(url: str, *, clock: Callable[[], float] = time.monotonic) -> bytes:
    """Return the body at ``url`` within PATIENCE seconds and LARGEST_DOCUMENT bytes; no redirect is followed.

    Raises:
        OSError: no answer, not in time, too large, or a status other than 200 (requests' errors are OSErrors).
    """
    deadline = clock() + PATIENCE
    with requests.Session() as session:
        session.auth = send_no_credentials
        with session.get(url, timeout=PATIENCE, allow_redirects=False, stream=True) as response:
            if response.status_code != 200:
                raise OSError(f"expected status 200, came {response.status_code}")
            body = bytearray()
            for chunk in response.iter_content(16_384):
                body += chunk
                if len(body) > LARGEST_DOCUMENT:
                    raise OSError(f"the document has more than {LARGEST_DOCUMENT} bytes")
                if clock() > deadline:
                    raise OSError(f"the document took more than {PATIENCE:g} seconds")
            return bytes(body)


def send_no_credentials(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Keep requests from adding what a .netrc file has for the host."""
    return request
