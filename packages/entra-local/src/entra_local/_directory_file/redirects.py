"""Reads redirect URIs, and refuses those that the service would not register.

https://learn.microsoft.com/entra/identity-platform/reply-url
"""

from __future__ import annotations

import re

from entra_local._directory_file.homes import Table
from entra_local._directory_file.problems import Path, Problem
from entra_local._registration import Platform, RedirectUri, without_localhost_port

PLATFORMS = {"spa": Platform.SPA, "web": Platform.WEB, "public": Platform.PUBLIC_CLIENT}
"""Key of the file → platform, in the order in which they are kept."""

_LONGEST = 256
_FORBIDDEN = re.compile(r"[!$'(),;*\s\\]")
_SECURE = re.compile(r"https://[^/@]+(/.*)?|http://(localhost|127\.0\.0\.1)(:\d{1,5})?(/.*)?")
_OWN_SCHEME = re.compile(r"(?!https?:)[a-z][a-z0-9+.-]*:.+", re.IGNORECASE)


def read_redirect_uris(table: Table, path: Path) -> tuple[RedirectUri, ...]:
    """Read the redirect URIs of each platform. The port of localhost is left out: it is ignored when they are compared.

    Raises:
        Problem: The service would refuse to register one.
    """
    seen: dict[str, Path] = {}
    found = []
    for key, platform in PLATFORMS.items():
        for position, uri in enumerate(table.get(key, ())):
            place = (*path, key, position)
            _check(uri, platform, place)
            plain = without_localhost_port(uri)
            if plain in seen:
                raise Problem(place, f"the redirect URI {plain!r} is there twice", first=seen[plain])
            seen[plain] = place
            found.append(RedirectUri(platform=platform, uri=plain))
    return tuple(found)


def _check(uri: str, platform: Platform, path: Path) -> None:
    if len(uri) > _LONGEST:
        raise Problem(path, f"a redirect URI has at most {_LONGEST} characters, this one {len(uri)}")
    if wrong := _FORBIDDEN.search(uri):
        raise Problem(path, f"a redirect URI may not hold {wrong[0]!r}")
    if "#" in uri:
        raise Problem(path, "a redirect URI has no fragment")
    if not (_SECURE.fullmatch(uri) or (platform is Platform.PUBLIC_CLIENT and _OWN_SCHEME.fullmatch(uri))):
        raise Problem(path, "a redirect URI begins with https://, http://localhost or http://127.0.0.1")
