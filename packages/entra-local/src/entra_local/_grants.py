"""Keeps authorization codes and refresh tokens: who got them, how long they live, and that a code works once.

https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow
https://learn.microsoft.com/entra/identity-platform/refresh-tokens
"""

from __future__ import annotations

import base64
import datetime
import hashlib
import re
import secrets
import threading
from dataclasses import dataclass, replace
from typing import Literal

from entra_local._bounded import Bounded
from entra_local._delegation import Delegation
from entra_local._errors import Refusal
from entra_local._registration import Platform

CODE_LIFETIME = 10 * 60
SPA_REFRESH_LIFETIME = 24 * 60 * 60
REFRESH_LIFETIME = 90 * 24 * 60 * 60

_CHALLENGE = re.compile(r"[A-Za-z0-9\-._~]{43,128}")  # RFC 7636, section 4.2

ChallengeMethod = Literal["S256", "plain"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Challenge:
    """What a code's verifier must match (RFC 7636)."""

    value: str
    method: ChallengeMethod

    def is_met_by(self, verifier: str) -> bool:
        if self.method == "S256":
            digest = hashlib.sha256(verifier.encode()).digest()
            verifier = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        return secrets.compare_digest(verifier.encode(), self.value.encode())


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeGrant:
    """What an authorization code stands for."""

    delegation: Delegation
    platform: Platform
    redirect_uri: str
    scope: str
    nonce: str | None
    challenge: Challenge | None
    issued_at: int


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


class GrantStore:
    """All grants of one emulator; safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._codes: Bounded[str, CodeGrant] = Bounded()
        self._spent: Bounded[str, None] = Bounded()
        self._refresh_tokens: Bounded[str, RefreshGrant] = Bounded()

    def clear(self) -> None:
        with self._lock:
            self._codes.clear()
            self._spent.clear()
            self._refresh_tokens.clear()

    def copy(self) -> GrantStore:
        """Give another store of the same grants, which keeps them as they are now."""
        other = GrantStore()
        other.restore(self)
        return other

    def restore(self, other: GrantStore) -> None:
        """Take the grants of `other`, which nobody else changes meanwhile."""
        with self._lock:
            self._codes, self._spent = other._codes.copy(), other._spent.copy()
            self._refresh_tokens = other._refresh_tokens.copy()

    def issue_code(self, grant: CodeGrant) -> str:
        code = f"1.{secrets.token_urlsafe(96)}"
        with self._lock:
            self._codes[code] = grant
        return code

    def find_code(self, code: str, now: int) -> CodeGrant:
        """Look a code up without spending it.

        Raises:
            Refusal: It is unknown (70000), spent (54005) or older than ten minutes (70008).
        """
        with self._lock:
            grant, spent = self._codes.get(code), code in self._spent
        if grant is None:
            raise Refusal(70000)
        if spent:
            raise Refusal(54005)
        if now >= grant.issued_at + CODE_LIFETIME:
            raise Refusal(70008)
        return grant

    def spend_code(self, code: str) -> None:
        """Let exactly one caller pass for each code; refuse the others with 54005."""
        with self._lock:
            if code in self._spent:
                raise Refusal(54005)
            self._spent[code] = None

    def issue_refresh_token(self, grant: RefreshGrant) -> str:
        token = f"1.{secrets.token_urlsafe(96)}"
        with self._lock:
            self._refresh_tokens[token] = grant
        return token

    def find_refresh_token(self, token: str, now: int) -> RefreshGrant:
        """Look a refresh token up; using it does not end it, as in the service.

        Raises:
            Refusal: It is unknown (70000), revoked (50173) or too old (700084 for SPAs, otherwise 70008).
        """
        with self._lock:
            grant = self._refresh_tokens.get(token)
        if grant is None:
            raise Refusal(70000)
        issued = as_text(grant.issued_at)
        if grant.revoked_at is not None:
            raise Refusal(50173, issued=issued, valid_from=as_text(grant.revoked_at))
        if grant.remaining(now) <= 0:
            raise Refusal(700084, issued=issued) if grant.platform is Platform.SPA else Refusal(70008)
        return grant

    def revoke_refresh_tokens(self, now: int, person_id: str | None = None) -> None:
        """Revoke those of one person, by object id, or all."""
        with self._lock:
            for token, grant in self._refresh_tokens.items():
                if person_id in (None, grant.delegation.person.object_id):
                    self._refresh_tokens[token] = replace(grant, revoked_at=now)


def read_challenge(value: str | None, method: str | None) -> Challenge | None:
    """Understand `code_challenge` and its method, which is `plain` where it is missing (RFC 7636, section 4.3).

    Raises:
        Refusal: The method is unknown (50149) or the challenge has the wrong form (501491).
    """
    if value is None:
        return None
    if method not in (None, "S256", "plain"):
        raise Refusal(50149, method=str(method))
    if not _CHALLENGE.fullmatch(value):
        raise Refusal(501491)
    return Challenge(value=value, method="S256" if method == "S256" else "plain")


def as_text(seconds: int) -> str:
    """Give a time as the service writes it, like `2026-09-10 09:31:07Z`."""
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC).strftime("%Y-%m-%d %H:%M:%SZ")
