"""Failures on demand: which endpoint misbehaves, how, and how often."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from typing import Literal, get_args

Endpoint = Literal["any", "discovery", "keys", "authorize", "token", "logout"]
Kind = Literal["unavailable", "throttled", "slow", "dripping", "garbage", "huge", "redirect"]

ENDPOINTS: tuple[Endpoint, ...] = get_args(Endpoint)
KINDS: tuple[Kind, ...] = get_args(Kind)

_ENDINGS: dict[str, tuple[str, ...]] = {
    "discovery": ("/.well-known/openid-configuration",),
    "keys": ("/discovery/keys", "/discovery/v2.0/keys"),
    "authorize": ("/authorize",),
    "token": ("/token",),
    "logout": ("/logout",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """One failure.

    Args:
        endpoint: Whose; `any` means all of the service's, but never `/health` and the control interface.
        kind: `unavailable` answers 503, `throttled` 429 with Retry-After, `garbage` a page in place of JSON, `huge`
            three megabytes, `redirect` an address elsewhere; `slow` waits, `dripping` sends a byte at a time.
        seconds: How long `slow` waits, and between which two bytes `dripping` does; what Retry-After says.
        times: How many requests it meets; None means until it is ended.
    """

    endpoint: Endpoint
    kind: Kind
    seconds: float = 1.0
    times: int | None = None

    def meets(self, path: str) -> bool:
        if path.startswith(("/_", "/health")):
            return False
        return self.endpoint == "any" or path.endswith(_ENDINGS[self.endpoint])


class Outages:
    """What is failing at the moment; safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._outages: list[Outage] = []

    def begin(self, outage: Outage) -> None:
        with self._lock:
            self._outages.append(outage)

    def end(self) -> None:
        """Let everything work again."""
        with self._lock:
            self._outages.clear()

    def copy(self) -> Outages:
        copied = Outages()
        copied.restore(self)
        return copied

    def restore(self, other: Outages) -> None:
        with self._lock:
            self._outages[:] = other._outages

    def meet(self, path: str) -> Outage | None:
        """Give the failure that a request of `path` meets, and count it."""
        with self._lock:
            found = next((each for each in self._outages if each.meets(path)), None)
            if found is not None and found.times is not None:
                place = self._outages.index(found)
                left = replace(found, times=found.times - 1)
                self._outages[place : place + 1] = [left] if left.times else []
        return found
