"""Describes failures on demand: which endpoint fails, how, and how often."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import Literal, get_args

Kind = Literal["down", "unavailable", "throttled", "slow", "dripping", "garbage", "huge", "redirect"]

KINDS: tuple[Kind, ...] = get_args(Kind)

_PATTERNS: dict[str, tuple[str, ...]] = {
    "any": ("*",),
    "discovery": ("*/.well-known/openid-configuration",),
    "keys": ("*/discovery/keys", "*/discovery/v2.0/keys"),
    "authorize": ("*/authorize",),
    "token": ("*/token",),
    "device": ("*/devicecode",),
    "logout": ("*/logout",),
    "userinfo": ("*/userinfo",),
    "graph": ("/v1.0/*", "/beta/*"),
}
_NEVER = ("/_", "/health")

ENDPOINTS = tuple(_PATTERNS)


def is_endpoint(name: str) -> bool:
    """Say whether `name` is one of `ENDPOINTS`, or a pattern of paths."""
    return name in ENDPOINTS or name.startswith("/")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """One failure.

    Args:
        endpoint: One of `ENDPOINTS`, or a pattern of paths that begins with `/`, with `*` for anything. `any` is all of
            the service; `/health` and the control interface never fail.
        kind: `down` closes the connection during the response, `unavailable` answers 503, `throttled` 429, `garbage` a
            page in place of JSON, `huge` three megabytes, `redirect` an address elsewhere; `slow` waits, `dripping`
            sends a byte at a time.
        seconds: The wait of `slow`, of `dripping` between two bytes, and of Retry-After.
        times: How many requests fail; None means all until it is ended.

    Raises:
        ValueError: There is no such endpoint or kind.
    """

    endpoint: str
    kind: Kind
    seconds: float = 1.0
    times: int | None = None

    def __post_init__(self) -> None:
        if not is_endpoint(self.endpoint):
            raise ValueError(f"expected one of {', '.join(ENDPOINTS)} or a pattern of paths, got {self.endpoint!r}")
        if self.kind not in KINDS:
            raise ValueError(f"expected one of {', '.join(KINDS)}, got {self.kind!r}")

    def meets(self, path: str) -> bool:
        patterns = _PATTERNS.get(self.endpoint, (self.endpoint,))
        return not path.startswith(_NEVER) and any(fnmatchcase(path, pattern) for pattern in patterns)


class Outages:
    """The failures at the moment; safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._outages: dict[object, Outage] = {}

    def begin(self, outage: Outage) -> object:
        """Begin a failure; `end` takes the returned value to end this one alone."""
        begun = object()
        with self._lock:
            self._outages[begun] = outage
        return begun

    def end(self, begun: object = None) -> None:
        """End one failure, or all."""
        with self._lock:
            for each in [begun] if begun else list(self._outages):
                self._outages.pop(each, None)

    def copy(self) -> Outages:
        copied = Outages()
        copied.restore(self)
        return copied

    def restore(self, other: Outages) -> None:
        with self._lock:
            self._outages = dict(other._outages)

    def meet(self, path: str) -> Outage | None:
        """Return the failure of a request, and count it."""
        with self._lock:
            begun = next((each for each, outage in self._outages.items() if outage.meets(path)), None)
            if begun is None:
                return None
            found = self._outages[begun]
            if found.times == 1:
                del self._outages[begun]
            elif found.times:
                self._outages[begun] = replace(found, times=found.times - 1)
            return found
