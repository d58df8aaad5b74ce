"""Proves a JWS that comes in (RFC 7515): a client's assertion, or a token of our own that comes back."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Mapping

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

Claims = dict[str, object]

#: Algorithms that the service takes in assertions, and how each is padded (RFC 7518, section 3.1).
PADDINGS: Mapping[str, padding.AsymmetricPadding] = {
    "RS256": padding.PKCS1v15(),
    "PS256": padding.PSS(padding.MGF1(hashes.SHA256()), padding.PSS.DIGEST_LENGTH),
}


class BadToken(Exception):
    """The text is not a JWS that the expected key has signed."""


def verify(token: str, find_key: Callable[[Mapping[str, object]], RSAPublicKey | None]) -> Claims:
    """Give the claims of a token whose signature holds.

    Args:
        find_key: Chooses the key by the header's members; None when there is none.

    Raises:
        BadToken: It is malformed, of another algorithm, of another key, or the signature is wrong.
    """
    parts = token.split(".")
    if len(parts) != 3:
        raise BadToken("it has not three parts")
    header, claims = _read_object(parts[0]), _read_object(parts[1])
    scheme, key = PADDINGS.get(str(header.get("alg"))), find_key(header)
    if scheme is None or key is None:
        raise BadToken("its algorithm or its key is not known")
    try:
        key.verify(_read_bytes(parts[2]), f"{parts[0]}.{parts[1]}".encode(), scheme, hashes.SHA256())
    except InvalidSignature:
        raise BadToken("its signature is wrong") from None
    return claims


def _read_bytes(part: str) -> bytes:
    try:
        return base64.b64decode(part.encode("ascii") + b"=" * (-len(part) % 4), altchars=b"-_", validate=True)
    except (UnicodeEncodeError, binascii.Error):
        raise BadToken("a part is not base64url") from None


def _read_object(part: str) -> Claims:
    try:
        value = json.loads(_read_bytes(part))
    except (ValueError, RecursionError):
        raise BadToken("a part is not JSON") from None
    if not isinstance(value, dict):
        raise BadToken("a part is not an object")
    return value
