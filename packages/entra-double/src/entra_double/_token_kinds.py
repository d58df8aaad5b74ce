"""Tells apart the tokens that come back: ID tokens, access tokens of people, and those of applications.

https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference
https://learn.microsoft.com/entra/agent-id/agent-token-claims
"""

from __future__ import annotations

from entra_double._verifying import Claims


def is_id_token(claims: Claims) -> bool:
    """Say whether it names no client: access tokens have `azp` or `appid`, ID tokens neither."""
    return "azp" not in claims and "appid" not in claims


def speaks_for_application(claims: Claims) -> bool:
    """Say whether no person has given it a scope; an agent that comes as itself has `scp`, which is `/` or empty."""
    scopes = claims.get("scp")
    return not (isinstance(scopes, str) and scopes.replace("/", " ").strip())
