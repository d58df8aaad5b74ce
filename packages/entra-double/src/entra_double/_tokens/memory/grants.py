"""Stores codes, device codes and refresh tokens; enforces their lifetimes, and single use where it applies.

https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow
https://learn.microsoft.com/entra/identity-platform/v2-oauth2-device-code
https://learn.microsoft.com/entra/identity-platform/refresh-tokens
"""

import secrets
from dataclasses import dataclass, replace
from typing import Literal, Self, TypeVar

from entra_double._tokens.memory import Bounded, Store
from entra_double._tokens.memory.pkce import Challenge
from entra_double._world.errors import Refusal
from entra_double._world.registration import AppRegistration, Platform
from entra_double._world.requests.delegation import Delegation
from entra_double._world.values import as_text

CODE_LIFETIME = 10 * 60
DEVICE_CODE_LIFETIME = 15 * 60
SPA_REFRESH_LIFETIME = 24 * 60 * 60
REFRESH_LIFETIME = 90 * 24 * 60 * 60

_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # without letters and digits that look alike
_LENGTH = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeGrant:
    """What an authorization code stands for; a `spent` one is kept, so that it differs from an unknown one."""

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

    def renewed(self, now: int) -> Self:
        """Give the grant of the next refresh token: an SPA's inherits the time, others start anew."""
        return self if self.platform is Platform.SPA else replace(self, issued_at=now)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceGrant:
    """What a device code stands for: a sign-in that a person decides on elsewhere, where they type `user_code`.

    People of `tenants`, which are ids, may decide; `decision` is None until one of them has.
    """

    user_code: str
    client: AppRegistration
    tenants: tuple[str, ...]
    scope: str
    issued_at: int
    decision: Delegation | Literal["declined"] | None = None
    spent: bool = False


_Once = TypeVar("_Once", CodeGrant, DeviceGrant)


class GrantStore(Store):
    """All grants of one emulator."""

    def __init__(self) -> None:
        super().__init__()
        self._codes: Bounded[str, CodeGrant] = Bounded()
        self._refresh_tokens: Bounded[str, RefreshGrant] = Bounded()
        self._devices: Bounded[str, DeviceGrant] = Bounded()
        self._device_codes: Bounded[str, str] = Bounded()
        self._behind: Bounded[str, Delegation] = Bounded()

    def issue_code(self, grant: CodeGrant) -> str:
        code = f"1.{secrets.token_urlsafe(96)}"
        with self._lock:
            self._codes[code] = grant
        return code

    def find_code(self, code: str, now: int) -> CodeGrant:
        """Look a code up without spending it; refuse an unknown (70000), spent (54005) or old one (70008)."""
        with self._lock:
            grant = _unspent(self._codes, code, unknown=70000)
        if now >= grant.issued_at + CODE_LIFETIME:
            raise Refusal(70008)
        return grant

    def spend_code(self, code: str) -> None:
        """Let exactly one caller pass for each code; refuse the others with 54005."""
        with self._lock:
            self._codes[code] = replace(_unspent(self._codes, code, unknown=70000), spent=True)

    def issue_device_code(self, grant: DeviceGrant) -> str:
        device_code = secrets.token_urlsafe(96)
        with self._lock:
            self._devices[device_code] = grant
            self._device_codes[grant.user_code] = device_code
        return device_code

    def find_user_code(self, user_code: str, now: int) -> DeviceGrant:
        """Look up what a person has typed; refuse an unknown or decided (70018) or old one (70019)."""
        with self._lock:
            _, grant = self._undecided(user_code)
        return _in_time(grant, now)

    def decide(self, user_code: str, decision: Delegation | Literal["declined"]) -> None:
        """Keep the first decision on a user code; refuse another one (70018)."""
        with self._lock:
            device_code, grant = self._undecided(user_code)
            self._devices[device_code] = replace(grant, decision=decision)

    def _undecided(self, user_code: str) -> tuple[str, DeviceGrant]:
        device_code = self._device_codes.get(as_user_code(user_code), "")
        grant = self._devices.get(device_code)
        if grant is None or grant.decision is not None:
            raise Refusal(70018)
        return device_code, grant

    def find_device_code(self, device_code: str, client_id: str, now: int) -> DeviceGrant:
        """Look up a device code without spending it; refuse one that a person has not agreed to."""
        with self._lock:
            known = self._devices.get(device_code)
            if known and known.client.client_id != client_id:
                raise Refusal(70018)
            grant = _in_time(_unspent(self._devices, device_code, unknown=70018), now)
        if grant.decision is None:
            raise Refusal(70016)
        if grant.decision == "declined":
            raise Refusal(65004, error="authorization_declined")
        return grant

    def take_device_code(self, device_code: str, client_id: str, now: int) -> DeviceGrant:
        """Find a device code and spend it: exactly one caller passes, the others are refused with 54005."""
        grant = self.find_device_code(device_code, client_id, now)
        with self._lock:
            self._devices[device_code] = replace(_unspent(self._devices, device_code, unknown=70018), spent=True)
        return grant

    def remember(self, access_token: str, delegation: Delegation) -> None:
        """Keep what an access token stands for beyond its claims, such as how its person has signed in."""
        with self._lock:
            self._behind[access_token.rpartition(".")[2]] = delegation

    def behind(self, access_token: str) -> Delegation | None:
        """Give what an access token of ours stands for; None when that has been forgotten."""
        with self._lock:
            return self._behind.get(access_token.rpartition(".")[2])

    def issue_refresh_token(self, grant: RefreshGrant) -> str:
        token = f"1.{secrets.token_urlsafe(96)}"
        with self._lock:
            self._refresh_tokens[token] = grant
        return token

    def find_refresh_token(self, token: str, now: int) -> RefreshGrant:
        """Look a refresh token up; using it does not end it, as in the service."""
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


def _unspent(grants: Bounded[str, _Once], code: str, *, unknown: int) -> _Once:
    """Give the grant behind a code; refuse a spent one with 54005, and with `unknown` where there is none."""
    grant = grants.get(code)
    if grant is None:
        raise Refusal(unknown)
    if grant.spent:
        raise Refusal(54005)
    return grant


def _in_time(grant: DeviceGrant, now: int) -> DeviceGrant:
    if now >= grant.issued_at + DEVICE_CODE_LIFETIME:
        raise Refusal(70019)
    return grant


def make_user_code() -> str:
    """Make what a person types on the device page: characters that are not mistaken for others."""
    return "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))


def as_user_code(text: str) -> str:
    """Give what was typed as it was issued: in capitals, without spaces and dashes."""
    return text.upper().replace(" ", "").replace("-", "").strip()
