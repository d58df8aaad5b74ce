"""Explains a token: whether it is accepted and why not, what it is, for whom, from whom, and when.

Claims are named one by one: names, addresses, the signature and everything else of a token are never shown.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from django_entrance.accounts.explaining import explain_identity
from django_entrance.bearer.authentication import identify_token
from django_entrance.entra.authorities import configured_authorities
from django_entrance.explaining.reasons import explain_reason
from django_entrance.verification.encoding import decode_leniently, read_json
from django_entrance.verification.errors import Refused, shown
from django_entrance.verification.unverified import parse_jws

GRAPH = frozenset({"00000003-0000-0000-c000-000000000000", "https://graph.microsoft.com"})

MEANINGS: Mapping[str, str] = {
    "iss": "issued by",
    "aud": "for",
    "ver": "version",
    "tid": "tenant",
    "oid": "object id of the person or application",
    "azp": "client",
    "appid": "client",
    "scp": "scopes",
    "roles": "app roles",
    "idtyp": "kind of principal",
    "acct": "1 is a guest",
    "acrs": "authentication contexts",
    "xms_cc": "capabilities of the client",
    "uti": "correlation id",
}
"""The claims that are shown, with what they say (Microsoft, access token claims reference)."""

TIMES = (("iat", "issued", "issued"), ("nbf", "valid since", "becomes valid"), ("exp", "expired", "expires"))
"""Claim → what it says of a time that is over, and of one to come."""

A_LIFE = 10**9
"""Seconds. A time further away is no time."""

NOT_OURS = "This is no token of an authority in the settings, so it would be left to your other logins."


class Explanation(NamedTuple):
    """The lines about a token, and why it would not be accepted; the latter is empty for an accepted one."""

    lines: list[str]
    verdict: str


def explain_token(text: str, *, now: float | None = None) -> Explanation:
    """Return what a token would give, or why it would not be accepted, and what it says.

    Args:
        text: The token, with or without the word Bearer before it.
        now: Seconds since 1970. Default: the current time.
    """
    bearer = text.strip().removeprefix("Bearer ").strip()
    del text
    said = list(anatomy(read_claims(bearer), time.time() if now is None else now))
    try:
        identity = identify_token(bearer)
        del bearer
        if identity is None:
            return Explanation([*said, *accepted_issuers()], NOT_OURS)
        return Explanation(["It would be accepted.", *explain_identity(identity), "", *said], "")
    except Refused as refusal:
        verdict = f"It would be refused with {refusal.status} {refusal.reason}: {refusal.detail}"
        return Explanation([*said, "", *explain_reason(type(refusal))], verdict)


def read_claims(bearer: str) -> Mapping[str, Any]:
    """Return the claims of a token without any check, or nothing where they cannot be read."""
    token = parse_jws(bearer)
    try:
        return {} if token is None else read_json(decode_leniently(token.payload))
    except (ValueError, RecursionError):
        return {}


def accepted_issuers() -> Iterator[str]:
    """Yield which issuers the settings trust, to compare with the token's."""
    yield ""
    for authority in configured_authorities():
        issuers = " or ".join(sorted(authority.issuers)) or f"those of {authority.tenant}"
        yield f"Issuers that {authority.name} trusts: {issuers}"


def anatomy(claims: Mapping[str, Any], now: float) -> Iterator[str]:
    """Yield what a token says of itself. None of it is verified here."""
    if not claims:
        yield "It is opaque, or its claims cannot be read."
        return
    yield f"What it says of itself: {kind_of(claims)}."
    for name, meaning in MEANINGS.items():
        if name in claims:
            yield f"  {name} = {shown(claims[name])}  ({meaning})"
    groups = claims.get("groups")
    if isinstance(groups, list):
        yield f"  groups: {len(groups)}"
    yield from (f"  {line}" for line in times_of(claims, now))


def kind_of(claims: Mapping[str, Any]) -> str:
    """Return what kind of token it seems to be."""
    if claims.get("aud") in GRAPH:
        return "an access token for Microsoft Graph, which only Graph can verify"
    if "scp" in claims:
        return "an access token of a person"
    if claims.get("idtyp") == "app":
        return "an access token of an application"
    return "an access token" if "roles" in claims and "nonce" not in claims else "an ID token, or one without scopes"


def times_of(claims: Mapping[str, Any], now: float) -> Iterator[str]:
    for name, past, future in TIMES:
        value = claims.get(name)
        if isinstance(value, int) and abs(value - now) < A_LIFE:
            yield f"{past} {duration(now - value)} ago" if value <= now else f"{future} in {duration(value - now)}"


def duration(seconds: float) -> str:
    """Return a length of time in its largest unit, such as "12 minutes"."""
    for unit, length in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= length:
            number = int(seconds // length)
            return f"{number} {unit}{'' if number == 1 else 's'}"
    return f"{int(seconds)} seconds"
