"""Holds the good tokens of one person, and makes others of them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from entra_double._testing.forgeries.jws import Sign, altered, as_json, changed, claims_of, compact, rs256
from entra_double._tokens.emulator import Emulator
from entra_double._tokens.signing import SigningKey, make_signing_key
from entra_double._tokens.verifying import Claims, read_object
from entra_double._world.ids import CONSUMERS
from entra_double._world.requests.choices import choose_scope


@cache
def stranger() -> SigningKey:
    """Return a key that is published nowhere, one for the whole process."""
    return make_signing_key()


class GoodToken:
    """A person's good access token, in both versions, with the emulator's keys.

    Args:
        person: User name of a person of any tenant.
        client_id: The client that the token is issued to.
        scope: The scope that it has. Of the three, what is None is chosen.

    Raises:
        Refusal: The person would not get the token.
        Unclear: There is a choice, or none.
    """

    def __init__(
        self, emulator: Emulator, person: str | None, *, client_id: str | None = None, scope: str | None = None
    ) -> None:
        scope = choose_scope(emulator.directory) if scope is None else scope
        self.emulator, self.base_url, self.now = emulator, emulator.base_url, emulator.now()
        self.v2 = emulator.access_token(person, client_id=client_id, scope=scope, version=2)
        self.v1 = emulator.access_token(person, client_id=client_id, scope=scope, version=1)
        self.header, self.claims = read_object(self.v2.split(".")[0]), claims_of(self.v2)
        self.scope = scope.rpartition("/")[2]

    @property
    def key(self) -> SigningKey:
        return self.emulator.keys.published[0]

    @property
    def next_key(self) -> SigningKey:
        """Return a key that is published and does not sign.

        Raises:
            ValueError: There is only one key.
        """
        if len(self.emulator.keys.published) < 2:
            raise ValueError("expected two published keys, got one")
        return self.emulator.keys.published[1]

    @property
    def personal_key(self) -> SigningKey:
        return self.emulator.keys_for(CONSUMERS).published[0]

    def claim(self, name: str) -> str:
        return str(self.claims[name])

    def forge(
        self,
        *,
        header: Mapping[str, object] | bytes | None = None,
        claims: Mapping[str, object] | bytes | None = None,
        sign: Sign | None = None,
    ) -> str:
        """Make the v2.0 token with changes.

        Args:
            header: Changed members, or the whole text.
            claims: The same of the payload.
            sign: Makes the signature; by default the signing key does.
        """
        return compact(_part(self.header, header), _part(self.claims, claims), sign or rs256(self.key))

    def forge_v1(self, claims: Mapping[str, object]) -> str:
        """Make the v1.0 token with changed claims."""
        return changed(self.emulator, self.v1, claims)


def _part(good: Claims, wanted: Mapping[str, object] | bytes | None) -> bytes:
    return wanted if isinstance(wanted, bytes) else as_json(altered(good, wanted or {}))
