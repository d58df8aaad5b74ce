"""Makes the codes that people type on the device page, and reads what they have typed."""

from __future__ import annotations

import secrets

_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # nothing that looks like something else
_LENGTH = 9


def make_user_code() -> str:
    """Make what a person types on the device page: 9 characters that nobody mistakes for others."""
    return "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))


def as_user_code(text: str) -> str:
    """Give what was typed as it was issued: in capitals, without spaces and dashes."""
    return text.upper().replace(" ", "").replace("-", "").strip()
