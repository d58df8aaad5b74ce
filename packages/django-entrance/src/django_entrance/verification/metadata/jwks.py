"""Reads published documents and the RSA keys in them (RFC 7517)."""

from base64 import b64decode, urlsafe_b64decode
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey, RSAPublicNumbers
from cryptography.x509 import load_der_x509_certificate

from django_entrance.verification.encoding import read_json

MOST_KEYS = 1_000
MOST_BRACKETS = 10_000
KEY_BITS = range(2048, 4096 + 1)

ROCA_PRIMES = (11, 13, 17, 19, 37, 53, 61, 71, 73, 79, 97, 103, 107, 109, 127, 151, 157)
"""They recognise the moduli that chips of 2012 to 2017 made with guessable factors (CVE-2017-15361, ROCA)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningKey:
    """A published RSA key. It may sign only for ``issuer``, in which ``{tenantid}`` stands for any tenant."""

    key_id: str
    issuer: str | None
    public_key: RSAPublicKey = field(repr=False)


def read_document(body: bytes) -> dict[str, Any]:
    """Parse a published document as strictly as a token.

    Raises:
        ValueError: it is not one JSON object, or has a duplicate name.
    """
    return read_json(body.strip(), most_brackets=MOST_BRACKETS)


def read_keys(document: Mapping[str, Any], *, cloud: object = None) -> dict[str, SigningKey]:
    """Return the keys that can verify RS256, by id. Other keys are skipped (RFC 7517 section 5).

    ``cloud`` is the ``cloud_instance_name`` of the discovery document. A key that has one must have the same.

    Raises:
        ValueError: the set cannot be read, or has no usable key.
    """
    published = document.get("keys")
    if not isinstance(published, list) or len(published) > MOST_KEYS:
        raise ValueError(f"keys is not a list of at most {MOST_KEYS}")
    read = (read_key(jwk, cloud) for jwk in published)
    keys = {key.key_id: key for key in read if key is not None}
    if not keys:
        raise ValueError("no usable key in the published set")
    return keys


def read_key(jwk: object, cloud: object = None) -> SigningKey | None:
    """Return a JWK as a signing key, or None when it is not a public RSA key that can verify RS256."""
    if not isinstance(jwk, dict) or jwk.get("kty") != "RSA" or jwk.get("use", "sig") != "sig" or "d" in jwk:
        return None
    operations = jwk.get("key_ops", ["verify"])
    if jwk.get("alg", "RS256") != "RS256" or not isinstance(operations, list) or "verify" not in operations:
        return None
    if cloud is not None and jwk.get("cloud_instance_name", cloud) != cloud:
        return None
    key_id, issuer = jwk.get("kid"), jwk.get("issuer")
    if not isinstance(key_id, str) or not key_id or not isinstance(issuer, str | None):
        return None
    try:
        modulus, exponent = (int.from_bytes(urlsafe_b64decode(jwk[name] + "==")) for name in ("n", "e"))
        if modulus.bit_length() not in KEY_BITS or modulus % 2 == 0 or exponent != 65537 or has_roca_weakness(modulus):
            return None
        public_key = RSAPublicNumbers(exponent, modulus).public_key()
        if "x5c" in jwk and certified_key(jwk["x5c"]) != public_key:
            return None
        return SigningKey(key_id=key_id, issuer=issuer, public_key=public_key)
    except (LookupError, TypeError, ValueError, UnsupportedAlgorithm):
        return None


def certified_key(chain: Any) -> object:
    """Return the public key in the first certificate, which must match the JWK (RFC 7517 section 4.7).

    Raises:
        LookupError, TypeError, ValueError, UnsupportedAlgorithm: there is no valid certificate.
    """
    return load_der_x509_certificate(b64decode(chain[0], validate=True)).public_key()


def has_roca_weakness(modulus: int) -> bool:
    """Tell whether a modulus has the ROCA weakness: modulo each of the primes it is a power of 65537."""
    return all(modulus % prime in powers_of_65537(prime) for prime in ROCA_PRIMES)


@cache
def powers_of_65537(prime: int) -> frozenset[int]:
    return frozenset(pow(65537, exponent, prime) for exponent in range(prime))
