"""Describes what codes, device codes and refresh tokens stand for, how long they live, and what a user code looks like.

https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow
https://learn.microsoft.com/entra/identity-platform/v2-oauth2-device-code
https://learn.microsoft.com/entra/identity-platform/refresh-tokens
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from typing import Literal

from entra_double._tokens.pkce import Challenge
from entra_double._world.registration import AppRegistration, Platform
from entra_double._world.requests.delegation import Delegation

CODE_LIFETIME = 10 * 60
DEVICE_CODE_LIFETIME = 15 * 60
SPA_REFRESH_LIFETIME = 24 * 60 * 60
REFRESH_LIFETIME = 90 * 24 * 60 * 60

_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # nothing that looks like something else
_LENGTH = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeGrant:
    """What an authorization code stands for; a `spent` one is kept, so that it is told from an unknown one."""

    delegation: Delegation
    platform: Platform
    redirect_uri: str
    scope: str
    nonce: str | None
    challenge: Challenge | None
    issued_at: int
    spent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RefreshGrant:
    """What a refresh token stands for; `issued_at` of an SPA's stays that of the first sign-in."""

    delegation: Delegation
    platform: Platform
    scope: str
    issued_at: int
    revoked_at: int | None = None

    def remaining(self, now: int) -> int:
        """Give the seconds that are left of its life."""
        lifetime = SPA_REFRESH_LIFETIME if self.platform is Platform.SPA else REFRESH_LIFETIME
        return self.issued_at + lifetime - now

    def renewed(self, now: int) -> RefreshGrant:
        """Give the grant of the next refresh token: an SPA's inherits the time, others start anew."""
        return self if self.platform is Platform.SPA else replace(self, issued_at=now)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceGrant:
    """What a device code stands for: a sign-in that a person decides on elsewhere, where they type `user_code`.

    `tenants` are the ids of those whose people may decide; `decision` is None until somebody has.
    """

    user_code: str
    client: AppRegistration
    tenants: tuple[str, ...]
    scope: str
    issued_at: int
    decision: Delegation | Literal["declined"] | None = None
    spent: bool = False


def make_user_code() -> str:
    """Make what a person types on the device page: 9 characters that nobody mistakes for others."""
    return "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))


def as_user_code(text: str) -> str:
    """Give what was typed as it was issued: in capitals, without spaces and dashes."""
    return text.upper().replace(" ", "").replace("-", "").strip()
