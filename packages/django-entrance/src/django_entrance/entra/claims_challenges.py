"""Reads claims challenges, with which another API answers a token that no longer suffices.

https://learn.microsoft.com/entra/identity-platform/claims-challenge
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Mapping

CHALLENGE = re.compile(r"(?:^|[\s,])Bearer\s", re.IGNORECASE)
PARAMETER = re.compile(r'(?<![A-Za-z_])([A-Za-z_]+)="([^"]*)"')

LONGEST = 8_000
"""Characters of a header, or of claims, that are read."""


def claims_of_challenge(headers: Mapping[str, str]) -> str | None:
    """Return the JSON of the claims that an answer's ``WWW-Authenticate`` asks for, or None."""
    header = next((value for name, value in headers.items() if name.lower() == "www-authenticate"), "")
    if len(header) > LONGEST or not CHALLENGE.search(header):
        return None
    parameters = {name.lower(): value for name, value in PARAMETER.findall(header)}
    if parameters.get("error") != "insufficient_claims":
        return None
    try:
        return read_claims(parameters.get("claims", ""))
    except ValueError:
        return None


def read_claims(text: str) -> str:
    """Return the JSON of claims that are written in base64, as in a challenge, or as JSON.

    Raises:
        ValueError: it is neither.
    """
    try:
        claims = text if text.startswith("{") else base64.b64decode(with_padding(text), altchars=None).decode()
        wanted = json.loads(claims) if 0 < len(claims) <= LONGEST else None
    except (binascii.Error, UnicodeError, ValueError, RecursionError):
        wanted = None
    if not isinstance(wanted, dict):
        raise ValueError("Expected the claims of a challenge: JSON, or JSON in base64.")
    return json.dumps(wanted, separators=(",", ":"))


def with_padding(text: str) -> str:
    """Return base64 in its standard alphabet with its padding, which some services leave out."""
    standard = text.rstrip("=").replace("-", "+").replace("_", "/")
    return standard + "=" * (-len(standard) % 4)
