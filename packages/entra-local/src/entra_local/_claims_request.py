"""Reads the `claims` parameter: what a client asks its tokens to say (OpenID Connect Core 1.0, section 5.5)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimsRequest:
    """What is asked for: an authentication context, what the client can do, and claims of the ID token."""

    context: str | None = None
    capabilities: tuple[str, ...] = ()
    id_token: frozenset[str] = frozenset()
    not_before: int | None = None


def read_claims(text: str | None) -> ClaimsRequest:
    """Understand `text`; so far everything in it is tolerated and nothing is heeded."""
    return ClaimsRequest()
