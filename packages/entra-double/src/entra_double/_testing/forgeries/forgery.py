"""Says what a forgery is: a name, what is wrong with it, what an API must do, and how it is made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from entra_double._testing.forging import Bench

Expect = Literal["refuse", "accept", "either"]
Group = Literal["header", "structure", "signature", "issuer", "audience and time", "access", "identity"]
Forge = Callable[[Bench], str]
Value = object | Callable[[Bench], object]
"""Of a claim: the value itself, or how it follows from the good token."""


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
    expect: Expect = "refuse"
    status: Literal[401, 403] = 401
    forge: Forge = field(repr=False, compare=False)


def claiming(
    group: Group,
    name: str,
    corpus: str,
    says: str,
    changes: Mapping[str, Value],
    *,
    expect: Expect = "refuse",
    status: Literal[401, 403] = 401,
) -> Forgery:
    """Make a forgery that differs from the good v2.0 token in its claims only."""

    def forge(bench: Bench) -> str:
        return bench.token(claims={claim: _value(value, bench) for claim, value in changes.items()})

    return Forgery(
        name=name, group=group, corpus=tuple(corpus.split()), says=says, expect=expect, status=status, forge=forge
    )


def family(
    group: Group,
    claim: str,
    rows: Mapping[str, tuple[str, str, Value]],
    *,
    expect: Expect = "refuse",
    status: Literal[401, 403] = 401,
) -> list[Forgery]:
    """Make forgeries that differ in one claim: end of the name → corpus numbers, what is odd, value."""
    return [
        claiming(group, f"{claim}_{end}", corpus, f"{claim}: {odd}", {claim: value}, expect=expect, status=status)
        for end, (corpus, odd, value) in rows.items()
    ]


def _value(value: Value, bench: Bench) -> object:
    return value(bench) if callable(value) else value
