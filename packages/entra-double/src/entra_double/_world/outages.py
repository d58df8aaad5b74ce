"""Failures on demand: which endpoint misbehaves, how, and how often."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import Literal, get_args

Kind = Literal["down", "unavailable", "throttled", "slow", "dripping", "garbage", "huge", "redirect"]

KINDS: tuple[Kind, ...] = get_args(Kind)

_ENDINGS: dict[str, tuple[str, ...]] = {
    "discovery": ("/.well-known/openid-configuration",),
    "keys": ("/discovery/keys", "/discovery/v2.0/keys"),
    "authorize": ("/authorize",),
    "token": ("/token",),
    "device": ("/devicecode",),
    "logout": ("/logout",),
    "userinfo": ("/userinfo",),
}
_BEGINNINGS: dict[str, tuple[str, ...]] = {"graph": ("/v1.0/", "/beta/")}
_NEVER = ("/_", "/health")

ENDPOINTS = ("any", *_ENDINGS, *_BEGINNINGS)


def is_endpoint(name: str) -> bool:
    """Say whether `name` is one of `ENDPOINTS`, or a pattern of paths."""
    return name in ENDPOINTS or name.startswith("/")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """One failure.

    Args:
        endpoint: Whose: one of `ENDPOINTS`, or a pattern of paths that begins with `/`, in which `*` stands for
            anything. `any` means all of the service's. Nothing ever meets `/health` and the control interface.
        kind: `down` closes the connection before the answer is whole, `unavailable` answers 503, `throttled` 429 with
            Retry-After, `garbage` a page in place of JSON, `huge` three megabytes, `redirect` an address elsewhere;
            `slow` waits, `dripping` sends a byte at a time.
        seconds: How long `slow` waits, and between which two bytes `dripping` does; what Retry-After says.
        times: How many requests it meets; None means until it is ended.

    Raises:
        ValueError: There is no such endpoint or kind.
    """

    endpoint: str
    kind: Kind
    seconds: float = 1.0
    times: int | None = None

    def __post_init__(self) -> None:
        if not is_endpoint(self.endpoint):
            raise ValueError(f"expected one of {', '.join(ENDPOINTS)} or a pattern of paths, came {self.endpoint!r}")
        if self.kind not in KINDS:
            raise ValueError(f"expected one of {', '.join(KINDS)}, came {self.kind!r}")

    def meets(self, path: str) -> bool:
        if path.startswith(_NEVER):
            return False
        if self.endpoint.startswith("/"):
            return fnmatchcase(path, self.endpoint)
        endings, beginnings = _ENDINGS.get(self.endpoint, ()), _BEGINNINGS.get(self.endpoint, ())
        return self.endpoint == "any" or path.endswith(endings) or path.startswith(beginnings)


class Outages:
    """What is failing at the moment; safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._outages: dict[object, Outage] = {}

    def begin(self, outage: Outage) -> object:
        """Let something fail; what is given back ends this failure alone, however often it has been met."""
        begun = object()
        with self._lock:
            self._outages[begun] = outage
        return begun

    def end(self, begun: object = None) -> None:
        """Let everything work again, or only what `begin` has given `begun` for."""
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
        """Give the failure that a request of `path` meets, and count it."""
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
