"""Describes redirect URIs: their platforms, which ones the service would register, and what is wrong with the others.

https://learn.microsoft.com/entra/identity-platform/reply-url
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

_LOCALHOST_URI = re.compile(r"(https?://localhost)(?::\d{1,5})?(/[^\s\\]*)?")

_LONGEST = 256
_FORBIDDEN = re.compile(r"[!$'(),;*\s\\]")
_HOST = r"https://([\w.-]+|\[[0-9a-fA-F:.]+\])|http://(localhost|127\.0\.0\.1)"
_SECURE = re.compile(rf"({_HOST})(:\d{{1,5}})?([/?].*)?")
_OWN_SCHEME = re.compile(r"(?!https?:)[a-z][a-z0-9+.-]*:.+", re.IGNORECASE)


class Platform(StrEnum):
    """The kind of redirect URI, in the words of an application manifest; a code inherits its rules from it."""

    SPA = "spa"
    PUBLIC_CLIENT = "publicClient"
    WEB = "web"


@dataclass(frozen=True, slots=True, kw_only=True)
class RedirectUri:
    """An address that codes may be sent to."""

    platform: Platform
    uri: str


def without_localhost_port(uri: str) -> str:
    match = _LOCALHOST_URI.fullmatch(uri)
    return match[1] + (match[2] or "") if match else uri


def problem_with(uri: str, platform: Platform) -> str | None:
    """Give the rule that a redirect URI breaks, as a sentence without its stop; None if it may be registered."""
    if len(uri) > _LONGEST:
        return f"a redirect URI has at most {_LONGEST} characters, this one {len(uri)}"
    if wrong := _FORBIDDEN.search(uri):
        return f"a redirect URI may not hold {wrong[0]!r}"
    if "#" in uri:
        return "a redirect URI has no fragment"
    if not (_SECURE.fullmatch(uri) or (platform is Platform.PUBLIC_CLIENT and _OWN_SCHEME.fullmatch(uri))):
        return "a redirect URI begins with https://, http://localhost or http://127.0.0.1"
    return None


def origin_of(uri: str) -> str:
    return "/".join(uri.split("/", 3)[:3])
