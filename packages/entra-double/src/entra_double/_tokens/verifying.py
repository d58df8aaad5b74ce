"""Verifies a JWS (RFC 7515): a client's assertion, or a token of our own that comes back."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Mapping
from typing import Literal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

Claims = dict[str, object]
FindKey = Callable[[Mapping[str, object]], RSAPublicKey | None]

# RFC 7518, section 3.1
_PADDINGS: Mapping[object, padding.AsymmetricPadding] = {
    "RS256": padding.PKCS1v15(),
    "PS256": padding.PSS(padding.MGF1(hashes.SHA256()), padding.PSS.DIGEST_LENGTH),
}

WHAT_IS_WRONG = {
    "malformed": "it is not a signed JWT",
    "algorithm": "its algorithm is another one",
    "key": "its key is none that is registered",
    "signature": "its signature is wrong",
    "ended": "its time is over",
}
"""Reason of a `BadToken`, and the text of it in an error message."""


class BadToken(Exception):
    """The text is not a JWS that the expected key has signed."""

    def __init__(self, reason: Literal["malformed", "algorithm", "key", "signature", "ended"]) -> None:
        super().__init__(reason)
        self.reason = reason


def verify(token: str, find_key: FindKey, *, algorithms: frozenset[str] = frozenset({"RS256"})) -> Claims:
    """Give the claims of a token with a good signature; `find_key` chooses the key by the header."""
    parts = token.split(".")
    if len(parts) != 3:
        raise BadToken("malformed")
    header, claims, signature = read_object(parts[0]), read_object(parts[1]), _read_bytes(parts[2])
    algorithm = header.get("alg")
    if not isinstance(algorithm, str) or algorithm not in algorithms:
        raise BadToken("algorithm")
    key = find_key(header)
    if key is None:
        raise BadToken("key")
    try:
        key.verify(signature, f"{parts[0]}.{parts[1]}".encode(), _PADDINGS[algorithm], hashes.SHA256())
    except InvalidSignature:
        raise BadToken("signature") from None
    return claims


def read_object(part: str) -> Claims:
    """Decode a part of a token, not verified yet, that must be a JSON object."""
    try:
        value = json.loads(_read_bytes(part))
    except (ValueError, RecursionError):
        raise BadToken("malformed") from None
    if not isinstance(value, dict):
        raise BadToken("malformed")
    return value


def base64url(data: bytes) -> str:
    """Encode without padding, as RFC 7515 section 2 does."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _read_bytes(part: str) -> bytes:
    try:
        return base64.b64decode(part.encode("ascii") + b"=" * (-len(part) % 4), altchars=b"-_", validate=True)
    except (UnicodeEncodeError, binascii.Error):
        raise BadToken("malformed") from None


def is_id_token(claims: Claims) -> bool:
    """Say whether it names no client: access tokens have `azp` or `appid`, ID tokens neither."""
    return "azp" not in claims and "appid" not in claims


def is_application_token(claims: Claims) -> bool:
    """Say whether it has no scope of a person; an agent's own token has `scp`, which is `/` or empty."""
    scopes = claims.get("scp")
    return not (isinstance(scopes, str) and scopes.replace("/", " ").strip())
