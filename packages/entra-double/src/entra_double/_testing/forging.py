"""Makes tokens that the service would never make: good claims under other headers, signatures and texts."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import cache
from typing import Final

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from entra_double._tokens.emulator import Emulator
from entra_double._tokens.signing import SigningKey, make_signing_key
from entra_double._tokens.verifying import Claims, base64url, read_object
from entra_double._world.ids import CONSUMERS
from entra_double._world.requests.choices import choose_scope

MISSING: Final = object()
"""In place of a value: the member is left out. None is a JSON null."""

Sign = Callable[[bytes], bytes]


def compact(header: bytes, payload: bytes, sign: Sign) -> str:
    """Put a JWS in compact form together (RFC 7515, section 7.1) out of any bytes."""
    signed = f"{base64url(header)}.{base64url(payload)}"
    return f"{signed}.{base64url(sign(signed.encode()))}"


def rs256(key: SigningKey) -> Sign:
    return lambda signed: key.private_key.sign(signed, padding.PKCS1v15(), hashes.SHA256())


def as_json(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


def altered(values: Claims, changes: Mapping[str, object]) -> Claims:
    """Change members, leave out those that are `MISSING`, and keep the order of the rest."""
    return {name: value for name, value in (values | dict(changes)).items() if value is not MISSING}


def claims_of(token: str) -> Claims:
    """Give the claims of a token of ours."""
    return read_object(token.split(".")[1])


def changed(emulator: Emulator, token: str, changes: Mapping[str, object]) -> str:
    """Sign a token's claims again with `changes`, by the emulator's own key."""
    if not changes:
        return token
    header, claims = read_object(token.split(".")[0]), claims_of(token)
    nonce = header.get("nonce")
    ring = emulator.keys_for(str(claims["tid"]))
    return ring.sign(altered(claims, changes), x5t="x5t" in header, nonce=nonce if isinstance(nonce, str) else None)


@cache
def stranger() -> SigningKey:
    """Give a key that is published nowhere, one for the whole process."""
    return make_signing_key()


class Bench:
    """What forgeries are made of: an emulator's keys, and one person's good tokens of both versions.

    Args:
        person: User name of a person of any tenant.
        client_id: The client that the good token is issued to.
        scope: The scope that it has. What is not said of the three is chosen.

    Raises:
        Refusal: The person would not get the good token either.
        Unclear: There is a choice, or none.
    """

    def __init__(
        self, emulator: Emulator, person: str | None, *, client_id: str | None = None, scope: str | None = None
    ) -> None:
        scope = choose_scope(emulator.directory) if scope is None else scope
        self.emulator = emulator
        self.base_url, self.now = emulator.base_url, emulator.now()
        self.good = emulator.access_token(person, client_id=client_id, scope=scope, version=2)
        self.good_v1 = emulator.access_token(person, client_id=client_id, scope=scope, version=1)
        self.header, self.claims = read_object(self.good.split(".")[0]), read_object(self.good.split(".")[1])
        self.scope_name = scope.rpartition("/")[2]

    @property
    def key(self) -> SigningKey:
        return self.emulator.keys.published[0]

    @property
    def next_key(self) -> SigningKey:
        """Give a key that is published, and does not sign.

        Raises:
            ValueError: There is only one key.
        """
        if len(self.emulator.keys.published) < 2:
            raise ValueError("expected two published keys, came one")
        return self.emulator.keys.published[1]

    @property
    def personal_key(self) -> SigningKey:
        return self.emulator.keys_for(CONSUMERS).published[0]

    def text(self, name: str) -> str:
        """Give a claim of the good token that is text."""
        return str(self.claims[name])

    def token(
        self,
        *,
        header: Mapping[str, object] | bytes | None = None,
        claims: Mapping[str, object] | bytes | None = None,
        sign: Sign | None = None,
    ) -> str:
        """Make the good v2.0 token with changes.

        Args:
            header: Changed members, or the whole text.
            claims: The same of the payload.
            sign: Makes the signature; by default the signing key does.
        """
        return compact(_part(self.header, header), _part(self.claims, claims), sign or rs256(self.key))

    def token_v1(self, **claims: object) -> str:
        """Make the good v1.0 token with changed claims."""
        return changed(self.emulator, self.good_v1, claims)


def _part(good: Claims, wanted: Mapping[str, object] | bytes | None) -> bytes:
    return wanted if isinstance(wanted, bytes) else as_json(altered(good, wanted or {}))
