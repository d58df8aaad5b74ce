"""Keeps codes, device codes and refresh tokens: how long they live, and that what works once does.

https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow
https://learn.microsoft.com/entra/identity-platform/v2-oauth2-device-code
https://learn.microsoft.com/entra/identity-platform/refresh-tokens
"""

from __future__ import annotations

import secrets
import threading
from dataclasses import replace
from typing import Literal, TypeVar

from entra_double._tokens.bounded import Bounded
from entra_double._tokens.grants import (
    CODE_LIFETIME,
    DEVICE_CODE_LIFETIME,
    CodeGrant,
    DeviceGrant,
    RefreshGrant,
    as_user_code,
)
from entra_double._world.errors import Refusal
from entra_double._world.registration import Platform
from entra_double._world.requests.delegation import Delegation
from entra_double._world.values import as_text

_Once = TypeVar("_Once", CodeGrant, DeviceGrant)


class GrantStore:
    """All grants of one emulator; safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._codes: Bounded[str, CodeGrant] = Bounded()
        self._refresh_tokens: Bounded[str, RefreshGrant] = Bounded()
        self._devices: Bounded[str, DeviceGrant] = Bounded()
        self._device_codes: Bounded[str, str] = Bounded()
        self._behind: Bounded[str, Delegation] = Bounded()
        self._assertions: Bounded[str, None] = Bounded()

    def clear(self) -> None:
        self.restore(GrantStore())

    def copy(self) -> GrantStore:
        """Give another store of the same grants, which keeps them as they are now."""
        other = GrantStore()
        other.restore(self)
        return other

    def restore(self, other: GrantStore) -> None:
        """Take the grants of `other`, which nobody else changes meanwhile."""
        with self._lock:
            self._codes = other._codes.copy()
            self._refresh_tokens = other._refresh_tokens.copy()
            self._devices, self._device_codes = other._devices.copy(), other._device_codes.copy()
            self._behind, self._assertions = other._behind.copy(), other._assertions.copy()

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
            grant = self._codes.get(code)
        if grant is None:
            raise Refusal(70000)
        if grant.spent:
            raise Refusal(54005)
        if now >= grant.issued_at + CODE_LIFETIME:
            raise Refusal(70008)
        return grant

    def spend_code(self, code: str) -> None:
        """Let exactly one caller pass for each code; refuse the others with 54005."""
        with self._lock:
            _spend(self._codes, code, unknown=70000)

    def issue_device_code(self, grant: DeviceGrant) -> str:
        device_code = secrets.token_urlsafe(96)
        with self._lock:
            self._devices[device_code] = grant
            self._device_codes[grant.user_code] = device_code
        return device_code

    def find_user_code(self, user_code: str, now: int) -> DeviceGrant:
        """Look up what a person has typed, in any case of letters; nobody has decided on it yet.

        Raises:
            Refusal: It is unknown or decided (70018), or older than 15 minutes (70019).
        """
        with self._lock:
            grant = self._devices.get(self._device_codes.get(as_user_code(user_code), ""))
        if grant is None or grant.decision is not None:
            raise Refusal(70018)
        if now >= grant.issued_at + DEVICE_CODE_LIFETIME:
            raise Refusal(70019)
        return grant

    def decide(self, user_code: str, decision: Delegation | Literal["declined"]) -> None:
        """Keep the first decision on a user code.

        Raises:
            Refusal: It is unknown, or decided already (70018).
        """
        with self._lock:
            device_code = self._device_codes.get(as_user_code(user_code), "")
            grant = self._devices.get(device_code)
            if grant is None or grant.decision is not None:
                raise Refusal(70018)
            self._devices[device_code] = replace(grant, decision=decision)

    def find_device_code(self, device_code: str, client_id: str, now: int) -> DeviceGrant:
        """Look a device code up without spending it; a person has agreed to it.

        Raises:
            Refusal: It is unknown or another client's (70018), spent (54005), older than 15 minutes (70019), declined
                (65004), or nobody has decided (70016).
        """
        with self._lock:
            grant = self._devices.get(device_code)
        if grant is None or grant.client.client_id != client_id:
            raise Refusal(70018)
        if grant.spent:
            raise Refusal(54005)
        if now >= grant.issued_at + DEVICE_CODE_LIFETIME:
            raise Refusal(70019)
        if grant.decision is None:
            raise Refusal(70016)
        if grant.decision == "declined":
            raise Refusal(65004, error="authorization_declined")
        return grant

    def take_device_code(self, device_code: str, client_id: str, now: int) -> DeviceGrant:
        """Find a device code and spend it: exactly one caller passes, the others are refused with 54005."""
        grant = self.find_device_code(device_code, client_id, now)
        with self._lock:
            _spend(self._devices, device_code, unknown=70018)
        return grant

    def remember(self, access_token: str, delegation: Delegation) -> None:
        """Keep what an access token stands for and does not say, such as how its person has signed in."""
        with self._lock:
            self._behind[access_token.rpartition(".")[2]] = delegation

    def behind(self, access_token: str) -> Delegation | None:
        """Give what an access token of ours stands for; None when that has been forgotten."""
        with self._lock:
            return self._behind.get(access_token.rpartition(".")[2])

    def is_fresh(self, assertion: str) -> bool:
        """Say whether a client's assertion of that name comes for the first time, and remember it."""
        with self._lock:
            is_fresh = assertion not in self._assertions
            self._assertions[assertion] = None
        return is_fresh

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


def _spend(grants: Bounded[str, _Once], code: str, *, unknown: int) -> None:
    """Mark the grant behind a code; refuse a marked one with 54005, and with `unknown` where there is none."""
    grant = grants.get(code)
    if grant is None:
        raise Refusal(unknown)
    if grant.spent:
        raise Refusal(54005)
    grants[code] = replace(grant, spent=True)
