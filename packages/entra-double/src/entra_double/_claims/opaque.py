"""Makes the claims that nobody but the service understands, marked as ours."""

from __future__ import annotations

import secrets

from entra_double._verifying import Claims

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
