"""Reads code challenges, and matches code verifiers with them (RFC 7636).

https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow
"""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass
from typing import Literal

from entra_double._tokens.verifying import base64url
from entra_double._world.errors import Refusal

_CHALLENGE = re.compile(r"[A-Za-z0-9\-._~]{43,128}")  # RFC 7636, section 4.2

ChallengeMethod = Literal["S256", "plain"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Challenge:
    value: str
    method: ChallengeMethod

    def is_met_by(self, verifier: str) -> bool:
        if self.method == "S256":
            verifier = base64url(hashlib.sha256(verifier.encode()).digest())
        return secrets.compare_digest(verifier.encode(), self.value.encode())


def read_challenge(value: str | None, method: str | None) -> Challenge | None:
    """Understand `code_challenge` and its method, which is `plain` where it is missing (RFC 7636, section 4.3)."""
    if value is None:
        return None
    if method not in (None, "S256", "plain"):
        raise Refusal(50149, method=str(method))
    if not _CHALLENGE.fullmatch(value):
        raise Refusal(501491)
    return Challenge(value=value, method="S256" if method == "S256" else "plain")
