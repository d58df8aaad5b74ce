"""Reads the redirect URIs of an application, on one platform each."""

from __future__ import annotations

from entra_double._world.directory_file.homes import Table
from entra_double._world.directory_file.problems import Path, Problem
from entra_double._world.redirect_uris import Platform, RedirectUri, problem_with, without_localhost_port

PLATFORMS = {"spa": Platform.SPA, "web": Platform.WEB, "public": Platform.PUBLIC_CLIENT}
"""Key of the file → platform, in the order in which they are kept."""


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
            if problem := problem_with(uri, platform):
                raise Problem(place, problem)
            plain = without_localhost_port(uri)
            if plain in seen:
                raise Problem(place, f"the redirect URI {plain!r} is there twice", first=seen[plain])
            seen[plain] = place
            found.append(RedirectUri(platform=platform, uri=plain))
    return tuple(found)
