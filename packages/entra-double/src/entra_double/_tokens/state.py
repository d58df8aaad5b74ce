"""Holds everything that changes while entra-double runs: clock, keys, grants, sessions, and the switches of a test."""

from __future__ import annotations

import time
import uuid
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from entra_double._tokens.memory.grants import GrantStore
from entra_double._tokens.memory.sessions import SessionStore
from entra_double._tokens.signing import KeyRing, SigningKey, as_signed
from entra_double._tokens.verifying import BadToken, Claims, verify
from entra_double._world.directory import Directory
from entra_double._world.errors import ErrorReport, Refusal
from entra_double._world.ids import CONSUMERS, is_guid
from entra_double._world.outages import Outages
from entra_double._world.registration import AccessTokenVersion
from entra_double._world.seed import seed
from entra_double._world.values import as_text

LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})

_RECORDED_REQUESTS = 1000
_VALUES = ("directory", "clock_offset", "access_token_lifetime")
_STORES = ("grants", "sessions", "outages", "keys")


class ContentSecurity(StrEnum):
    """How the Content-Security-Policy of the pages is sent: the service went from the second to the first."""

    ENFORCED = "enforced"
    REPORT_ONLY = "report-only"
    OFF = "off"


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """A state that an emulator can go back to, as often as wanted."""

    directory: Directory
    clock_offset: int
    access_token_lifetime: int | None
    grants: GrantStore
    sessions: SessionStore
    outages: Outages
    keys: KeyRing
    personal_keys: KeyRing | None


class State:
    """What an `Emulator` knows and remembers.

    Args:
        base_url: The one address that clients use, such as `http://localhost:8400`; issuers are made of it.
        directory: The world; by default the seed that the README describes.
        keys: The signing keys; by default fresh ones.
        personal_keys: Those for tokens of personal accounts; by default fresh ones, made when they are first needed.
        clock: Gives seconds since 1970.
        hosts: Names to answer to, beside that in `base_url` and those of this machine.
        control_token: What the control interface asks for; without one it asks for its header alone.
        coop: Whether pages send `Cross-Origin-Opener-Policy`.
        csp: How they send their `Content-Security-Policy`.
    """

    def __init__(
        self,
        *,
        base_url: str = "http://localhost:8400",
        directory: Directory | None = None,
        keys: KeyRing | None = None,
        personal_keys: KeyRing | None = None,
        clock: Callable[[], float] = time.time,
        hosts: Iterable[str] = (),
        control_token: str | None = None,
        coop: bool = False,
        csp: ContentSecurity = ContentSecurity.ENFORCED,
    ) -> None:
        self.base_url = base_url
        self.hosts = LOOPBACK | {host_of(base_url), *hosts}
        self.instance_id = str(uuid.uuid4())
        self.control_token = control_token
        self.coop, self.csp = coop, csp
        self.on_change: Callable[[Directory], None] | None = None
        self.keys = keys or KeyRing()
        self._ready_personal_keys = personal_keys
        self.grants = GrantStore()
        self.sessions = SessionStore()
        self.outages = Outages()
        self.requests: deque[dict[str, object]] = deque(maxlen=_RECORDED_REQUESTS)
        self._clock = clock
        self._directory = self._directory_at_start = directory or seed()
        self.reset()

    @property
    def directory(self) -> Directory:
        """The world; `on_change` is called with each new one."""
        return self._directory

    @directory.setter
    def directory(self, directory: Directory) -> None:
        self._directory = directory
        if self.on_change:
            self.on_change(directory)

    def reset(self) -> None:
        """Go back to the state at start; only the signing keys stay."""
        self.directory = self._directory_at_start
        self.clock_offset = 0
        self.access_token_lifetime: int | None = None
        self.grants.clear()
        self.sessions.clear()
        self.outages.end()
        self.requests.clear()

    def snapshot(self) -> Snapshot:
        """Keep the state of this moment, the signing keys included."""
        values = {name: getattr(self, name) for name in _VALUES}
        stores = {name: getattr(self, name).copy() for name in _STORES}
        personal = self._ready_personal_keys and self._ready_personal_keys.copy()
        return Snapshot(**values, **stores, personal_keys=personal)

    def rollback(self, snapshot: Snapshot) -> None:
        """Go back to a state of this emulator; the record of requests stays."""
        for name in _VALUES:
            setattr(self, name, getattr(snapshot, name))
        for name in _STORES:
            getattr(self, name).restore(getattr(snapshot, name))
        if snapshot.personal_keys:
            self._personal_keys.restore(snapshot.personal_keys)

    def rotate_keys(self) -> None:
        """Sign with new keys; those of personal accounts only if they have been made."""
        self.keys.rotate()
        if self._ready_personal_keys:
            self._ready_personal_keys.rotate()

    def use_access_token_version(self, version: AccessTokenVersion) -> None:
        self.directory = self.directory.with_access_token_version(version)

    def revoke_refresh_tokens(self) -> None:
        self.grants.revoke_refresh_tokens(self.now())

    def now(self) -> int:
        """Give the emulator's time in seconds since 1970."""
        return int(self._clock()) + self.clock_offset

    def keys_for(self, tenant_id: str) -> KeyRing:
        """Give the keys that sign a tenant's tokens; personal accounts have a ring of their own."""
        return self._personal_keys if tenant_id == CONSUMERS else self.keys

    @property
    def _personal_keys(self) -> KeyRing:
        """Make the second ring when it is first needed: an RSA key takes a while."""
        if self._ready_personal_keys is None:
            self._ready_personal_keys = KeyRing()
        return self._ready_personal_keys

    def published_keys(self, tenant_id: str | None) -> tuple[tuple[SigningKey, ...], tuple[SigningKey, ...]]:
        """Give the keys that a tenant publishes: those of work and school accounts, and those of personal ones.

        The latter stand where personal accounts may come from, their own tenant and none in particular (None), and
        everywhere as soon as they have signed a token.
        """
        made = self._ready_personal_keys is not None or tenant_id in (CONSUMERS, None)
        return self.keys.published, self._personal_keys.published if made else ()

    def verify_own(self, token: str) -> Claims:
        """Give the claims of a token that this emulator has signed and that has not ended."""
        claims = verify(as_signed(token), self._published_key)
        ends = claims.get("exp")
        if not isinstance(ends, int) or self.now() >= ends:
            raise BadToken("ended")
        return claims

    def _published_key(self, header: Mapping[str, object]) -> RSAPublicKey | None:
        rings = [self.keys, *([self._ready_personal_keys] if self._ready_personal_keys else [])]
        published = (key for ring in rings for key in ring.published)
        return next((key.private_key.public_key() for key in published if key.key_id == header.get("kid")), None)

    def report(self, refusal: Refusal, correlation_id: str | None = None) -> ErrorReport:
        """Give a refusal the ids and the time it is told with; a caller's GUID becomes the correlation id."""
        return ErrorReport(
            refusal=refusal,
            base_url=self.base_url,
            trace_id=str(uuid.uuid4()),
            correlation_id=correlation_id if correlation_id and is_guid(correlation_id) else str(uuid.uuid4()),
            timestamp=as_text(self.now()),
        )


def host_of(address: str) -> str:
    """Give the host in a URL, as a Host header spells it without the port: an IPv6 address in its brackets."""
    host = urlsplit(address).hostname or ""
    return f"[{host}]" if ":" in host else host
