"""Makes, rotates and publishes the signing keys, and signs with them (RS256); no key outlives the process."""

from __future__ import annotations

import base64
import datetime
import hashlib
import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID

from entra_double._tokens.verifying import base64url, read_object

_PUBLISHED = 3
_FIVE_YEARS = datetime.timedelta(days=5 * 365)


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningKey:
    """An RSA-2048 key with a self-signed certificate; `key_id` is the certificate's thumbprint, as in the service."""

    private_key: rsa.RSAPrivateKey
    certificate: bytes

    @property
    def key_id(self) -> str:
        return base64url(hashlib.sha1(self.certificate, usedforsecurity=False).digest())

    def as_jwk(self, issuer: str | None) -> dict[str, object]:
        """Give the key as RFC 7517 says: without `alg`, and with `issuer` in the v2.0 document only."""
        numbers = self.private_key.public_key().public_numbers()
        jwk: dict[str, object] = {
            "kty": "RSA",
            "use": "sig",
            "kid": self.key_id,
            "x5t": self.key_id,
            "n": _base64url_number(numbers.n),
            "e": _base64url_number(numbers.e),
            "x5c": [base64.b64encode(self.certificate).decode()],
        }
        return jwk | ({"issuer": issuer} if issuer else {})


def make_signing_key() -> SigningKey:
    private_key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "entra-double, for development only")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private_key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + _FIVE_YEARS)
        .sign(private_key, hashes.SHA256())
    )
    return SigningKey(private_key=private_key, certificate=certificate.public_bytes(serialization.Encoding.DER))


class KeyRing:
    """The keys of one emulator: the first signs, the others are published beside it."""

    def __init__(self, *keys: SigningKey) -> None:
        self._lock = threading.Lock()
        self._keys = keys or (make_signing_key(), make_signing_key())

    @property
    def published(self) -> tuple[SigningKey, ...]:
        return self._keys

    def copy(self) -> KeyRing:
        return KeyRing(*self._keys)

    def restore(self, other: KeyRing) -> None:
        """Sign and publish as `other` does."""
        with self._lock:
            self._keys = other._keys

    def rotate(self) -> None:
        """Sign with a new key; the keys before it stay published for a while."""
        fresh = make_signing_key()
        with self._lock:
            self._keys = (fresh, *self._keys)[:_PUBLISHED]

    def sign(self, claims: Mapping[str, object], *, x5t: bool = False, nonce: str | None = None) -> str:
        """Give `claims` as a JWS in compact form (RFC 7515); v1.0 tokens have `x5t` in the header too.

        With a `nonce` the header shows it and the signature covers its SHA-256, so that only Microsoft Graph can verify
        the token.
        """
        key = self._keys[0]
        header = {"typ": "JWT", "alg": "RS256", **({"x5t": key.key_id} if x5t else {}), "kid": key.key_id}
        shown = {"nonce": nonce} if nonce else {}
        covered = {"nonce": _hashed(nonce)} if nonce else {}
        payload = _base64url_json(claims)
        signed = f"{_base64url_json(covered | header)}.{payload}"
        signature = key.private_key.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256())
        return f"{_base64url_json(shown | header)}.{payload}.{base64url(signature)}"


def as_signed(token: str) -> str:
    """Put the hash of a header's `nonce` in its place, as Microsoft Graph does before it verifies."""
    shown, dot, rest = token.partition(".")
    header = read_object(shown)
    nonce = header.get("nonce")
    if not isinstance(nonce, str):
        return token
    return f"{_base64url_json(header | {'nonce': _hashed(nonce)})}{dot}{rest}"


def _hashed(nonce: str) -> str:
    return base64url(hashlib.sha256(nonce.encode()).digest())


def _base64url_json(value: Mapping[str, object]) -> str:
    return base64url(json.dumps(value, separators=(",", ":")).encode())


def _base64url_number(number: int) -> str:
    return base64url(number.to_bytes((number.bit_length() + 7) // 8, "big"))
