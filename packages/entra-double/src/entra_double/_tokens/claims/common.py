"""Makes what tokens of all kinds have: the issuer by version, and the opaque claims, marked as ours.

https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference
"""

from __future__ import annotations

import secrets

from entra_double._tokens.verifying import Claims


def v1_issuer(tenant_id: str) -> str:
    return f"https://sts.windows.net/{tenant_id}/"


def v2_issuer(base_url: str, tenant_id: str) -> str:
    return f"{base_url}/{tenant_id}/v2.0"


MARK = "entra-double."
"""What every `aio` begins with, so that nobody takes a token for a real one."""


def marked() -> Claims:
    """Give the one opaque claim that every token has."""
    return {"aio": MARK + opaque(36)}


def traced() -> Claims:
    """Give those that tokens of work and school accounts, and of applications, have beside it."""
    return {"rh": f"1.{opaque(32)}.", "uti": opaque(16)}


def opaque(length: int) -> str:
    """Give `length` random bytes as text."""
    return secrets.token_urlsafe(length)
