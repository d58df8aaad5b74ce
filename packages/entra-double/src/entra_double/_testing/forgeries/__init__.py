"""Every named forgery, by its name; each tells what a verifier must do with it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from entra_double._testing.forgeries import (
    access,
    audience_and_time,
    header,
    identity,
    issuer,
    keys,
    signature,
    structure,
)
from entra_double._testing.forgeries.forgery import Forgery
from entra_double._testing.forging import Bench
from entra_double._tokens.emulator import Emulator

_ALL = (
    *header.FORGERIES,
    *keys.FORGERIES,
    *structure.FORGERIES,
    *signature.FORGERIES,
    *issuer.FORGERIES,
    *audience_and_time.FORGERIES,
    *access.FORGERIES,
    *identity.FORGERIES,
)

FORGERIES: Mapping[str, Forgery] = MappingProxyType({forgery.name: forgery for forgery in _ALL})
"""Name → forgery."""


def forge(
    emulator: Emulator,
    name: str,
    person: str | None = None,
    *,
    client_id: str | None = None,
    scope: str | None = None,
) -> str:
    """Make the forgery `name` out of a person's good token.

    Raises:
        ValueError: There is no forgery of that name; or there is a choice, or none, of what was not said (`Unclear`).
        Refusal: The person would not get the good token.
    """
    if name not in FORGERIES:
        raise ValueError(f"there is no forgery {name!r}; FORGERIES has their names")
    return FORGERIES[name].forge(Bench(emulator, person, client_id=client_id, scope=scope))
