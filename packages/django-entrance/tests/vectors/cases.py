"""What a vector is, and what the builders of all groups share."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from django_entrance.verification.issuers import PERSONAL_ACCOUNTS
from scripted import (
    K1,
    K2,
    OTHER_TENANT,
    PUBLIC_HOST,
    STRANGER,
    Key,
    ScriptedAuthority,
    claims_v1,
    claims_v2,
    header_of,
    token,
)

LET_IN = "let in"
NOT_OURS = "not ours"
"""The verifier says None: no authority of ours is named, and a protected view answers 401."""

Text = Callable[[], str]
"""Makes the text of a token when it is asked to: some have ten million characters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A bearer text and what must become of it: a reason of ``verification.errors``, LET_IN or NOT_OURS.

    ``number`` is that of the corpus of attacks. ``control`` is the twin that lacks the flaw, and is let in.
    ``choice`` says why it is so where the corpus leaves it to us.
    """

    number: int
    title: str
    text: Text
    outcome: str
    control: Text = token
    choice: str = ""

    def __str__(self) -> str:
        return f"{self.number:03} {self.title}"


#: Published, but only for tokens of another organisation, and of personal accounts.
OTHERS = Key.make("key-of-another-tenant")
CONSUMERS = Key.make("key-of-personal-accounts")

#: Never published, or no longer.
RETIRED = replace(STRANGER, key_id="retired-key")


def publish() -> ScriptedAuthority:
    """Return an authority whose keys say for which issuer they sign, as Entra's do."""
    others, consumers = (f"{PUBLIC_HOST}/{tenant}/v2.0" for tenant in (OTHER_TENANT, PERSONAL_ACCOUNTS))
    return ScriptedAuthority(keys=[K1.jwk(), K2.jwk(), OTHERS.jwk(issuer=others), CONSUMERS.jwk(issuer=consumers)])


def with_header(*, key: Key = K1, **changes: Any) -> Text:
    """Good claims under K1's header with changes, signed by ``key``."""
    return lambda: token(header=header_of(K1, **changes), key=key)


def with_claims(**changes: Any) -> Text:
    """A good v2.0 token with changed claims: None leaves one out, ``scripted.NULL`` is a JSON null."""
    return lambda: token(claims_v2(**changes))


def with_claims_v1(**changes: Any) -> Text:
    """A good v1.0 token with changed claims."""
    return lambda: token(claims_v1(**changes))


def claiming(number: int, title: str, outcome: str, *, control: Text = token, choice: str = "", **changes: Any) -> Case:
    """A case that differs from a good v2.0 token in its claims."""
    return Case(
        number=number, title=title, text=with_claims(**changes), outcome=outcome, control=control, choice=choice
    )


def spread(name: str, outcome: str, rows: dict[int, tuple[str, Any]], **shared: Any) -> list[Case]:
    """Cases that differ from a good v2.0 token in one claim: number → what is odd about it, and its value."""
    return [
        claiming(number, f"{name}: {oddity}", outcome, **{name: value}, **shared)
        for number, (oddity, value) in rows.items()
    ]


def parts(text: str | None = None) -> tuple[str, str, str]:
    """Return header, payload and signature of a token, still in base64url."""
    header, payload, signature = (token() if text is None else text).split(".")
    return header, payload, signature
