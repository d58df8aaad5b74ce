"""Every named forgery, by its name; each says what a verifier must do with it."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from types import MappingProxyType
from typing import Literal, get_args

from entra_double._testing.forgeries import rows, signatures, texts
from entra_double._testing.forgeries.good_token import GoodToken
from entra_double._tokens.emulator import Emulator

Group = Literal["header", "structure", "signature", "issuer", "audience and time", "access", "identity"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgery:
    """A token that an API meets one day.

    An API is meant that takes delegated tokens of one tenant for its own id and the scope of the good token, from the
    one client of the good token, with 60 seconds of leeway. `expect` is what it must do: refuse; accept (a control, so
    that a verifier that refuses everything is found out); or either, but never fail. `status` is the answer to a
    refused one: 401, or 403 where the token is good and only not enough. `corpus` are the numbers of our corpus of
    attacks.
    """

    name: str
    group: Group
    corpus: tuple[str, ...]
    says: str
    expect: Literal["refuse", "accept", "either"] = "refuse"
    status: Literal[401, 403] = 401
    forge: Callable[[GoodToken], str] = field(repr=False, compare=False)


@cache
def forgeries() -> Mapping[str, Forgery]:
    """Read the rows, when the first forgery is needed: it takes as long as all imports together."""
    return MappingProxyType({forgery.name: forgery for group in get_args(Group) for forgery in _read(group)})


def _read(group: Group) -> Iterator[Forgery]:
    file = Path(__file__).with_name(f"{group.replace(' ', '_')}.toml")
    made = {**signatures.MADE, **texts.MADE}
    for name, row in tomllib.loads(file.read_text(encoding="utf-8")).items():
        shown = {key: row[key] for key in ("says", "expect", "status") if key in row}
        forge = made.get(name) or partial(rows.forge, row)
        yield Forgery(name=name, group=group, corpus=tuple(row.get("corpus", "").split()), forge=forge, **shown)


FORGERIES: Mapping[str, Forgery]
"""Name → forgery."""


def __getattr__(name: str) -> object:
    if name == "FORGERIES":
        return forgeries()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


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
        ValueError: There is no forgery of that name; or there is a choice, or none, of what was left out (`Unclear`).
        Refusal: The person would not get the good token.
    """
    if name not in forgeries():
        raise ValueError(f"there is no forgery {name!r}; FORGERIES has their names")
    return forgeries()[name].forge(GoodToken(emulator, person, client_id=client_id, scope=scope))
