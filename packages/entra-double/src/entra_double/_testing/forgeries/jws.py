"""Writes signed tokens out of any parts, and signs a token again with changed claims."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Final

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from entra_double._tokens.emulator import Emulator
from entra_double._tokens.signing import SigningKey
from entra_double._tokens.verifying import Claims, base64url, read_object

MISSING: Final = object()
"""In place of a value: the member is left out. None is a JSON null."""

Sign = Callable[[bytes], bytes]


def compact(header: bytes, payload: bytes, sign: Sign) -> str:
    """Write a JWS in compact form (RFC 7515, section 7.1)."""
    signed = f"{base64url(header)}.{base64url(payload)}"
    return f"{signed}.{base64url(sign(signed.encode()))}"


def rs256(key: SigningKey) -> Sign:
    return lambda signed: key.private_key.sign(signed, padding.PKCS1v15(), hashes.SHA256())


def as_json(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


def altered(values: Claims, changes: Mapping[str, object]) -> Claims:
    """Change members, drop those that are `MISSING`, and keep the order of the rest."""
    return {name: value for name, value in (values | dict(changes)).items() if value is not MISSING}


def or_missing(changes: Mapping[str, object]) -> dict[str, object]:
    """Read None as a member to leave out."""
    return {name: MISSING if value is None else value for name, value in changes.items()}


def claims_of(token: str) -> Claims:
    return read_object(token.split(".")[1])


def changed(emulator: Emulator, token: str, changes: Mapping[str, object]) -> str:
    """Sign a token's claims again with `changes`, by the emulator's own key."""
    if not changes:
        return token
    header, claims = read_object(token.split(".")[0]), claims_of(token)
    nonce = header.get("nonce")
    ring = emulator.keys_for(str(claims["tid"]))
    return ring.sign(altered(claims, changes), x5t="x5t" in header, nonce=nonce if isinstance(nonce, str) else None)
