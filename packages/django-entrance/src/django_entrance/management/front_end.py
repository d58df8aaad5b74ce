"""Looks at the front end that belongs to the site: MSAL before version 5 signs in by popups in a way that ends.

From 2027-01-31 Microsoft's pages of new registrations have ``Cross-Origin-Opener-Policy``, which hides the popup's
address from the window that opened it
(https://learn.microsoft.com/entra/identity-platform/how-to-prepare-app-coop-enforcement).
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings

from django_entrance.entra.registration.examining import Comparison
from django_entrance.management.redirect_page import redirect_path
from django_entrance.verification.errors import shown

PACKAGE = "@azure/msal-browser"
FIRST_WITH_BRIDGE = 5
LEGACY = "enableLegacyPolling"
SOURCES = frozenset({".js", ".jsx", ".ts", ".tsx", ".mjs", ".vue", ".svelte"})
NOT_SOURCES = frozenset({"node_modules", "dist", "build"})
MOST_SOURCES = 2_000
MOST_TOPS = 4
LONGEST_FILE = 50_000_000
"""Bytes. The lock of a large repository has a tenth of them."""

IN_YARN = re.compile(rf'^"?{PACKAGE}@[^\n]*:\n\s+version:? "?(\d+\.[\w.-]+)', re.MULTILINE)
IN_PNPM = re.compile(rf"""^[ \t]+['"/]*{PACKAGE}[@/](\d+\.[\w.-]+)""", re.MULTILINE)

TO_UPDATE = (
    f"Run: npm install {PACKAGE}@5, and let redirectUri be {{bridge}}, the page that hands Entra's answer over."
    " @django-entrance/react does both. For a registration that is older than 2027-01-31 nothing ends yet."
)
TO_STOP_POLLING = f"Remove {LEGACY}: it reads the popup's address as MSAL 4 did."


class Installed(NamedTuple):
    """A version of MSAL, and the file that names it."""

    file: Path
    version: str

    @property
    def major(self) -> int:
        found = re.search(r"\d{1,9}", self.version)  # Python reads no number of thousands of digits
        return int(found[0]) if found else FIRST_WITH_BRIDGE


def examine_front_end(folder: str | None) -> Iterator[Comparison]:
    """Yield each version of MSAL in the folder, or beside ``BASE_DIR``, and each use of its older way."""
    found = [installed for each in folders(folder) for installed in versions_in(each)]
    by_locks = [each for each in found if each.file.name != "package.json"]
    for installed in by_locks or found:
        yield examine_version(installed)
        yield from legacy_sources(installed.file.parent)


def examine_version(installed: Installed) -> Comparison:
    seen = f"{shown(installed.version, at_most=40)} in {shown(str(installed.file), at_most=200)}"
    if installed.major >= FIRST_WITH_BRIDGE:
        return Comparison(f"front end, {PACKAGE}", seen)
    seen += ": signs in by popups that Cross-Origin-Opener-Policy breaks, for registrations from 2027-01-31 on"
    return Comparison(
        f"front end, {PACKAGE}", seen, TO_UPDATE.format(bridge=redirect_path() or "a redirect bridge page")
    )


def folders(named: str | None) -> Iterable[Path]:
    """Return the folder that was named; else those of the repository where a front end usually is."""
    if named is not None:
        return [Path(named)]
    base = getattr(settings, "BASE_DIR", None)
    return [] if base is None else dict.fromkeys(each for top in tops(Path(base)) for each in (top, *inside(top)))


def tops(base: Path) -> list[Path]:
    """Return the project's folder and those above it, up to the root of a repository that is not far."""
    found = [base, *base.parents][:MOST_TOPS]
    root = next((number for number, each in enumerate(found) if (each / ".git").exists()), 0)
    return found[: root + 1]


def inside(folder: Path) -> list[Path]:
    try:
        return sorted(each for each in folder.iterdir() if each.is_dir() and not each.name.startswith((".", "node_")))
    except OSError:
        return []


def versions_in(folder: Path) -> list[Installed]:
    """Return the installed versions by a lock file, or what package.json asks for."""
    for name, read in READERS.items():
        found = read(text_of(folder / name))
        if found:
            return [Installed(folder / name, version) for version in dict.fromkeys(found)]
    return []


def text_of(file: Path) -> str:
    """Return the text of a file; an empty one if it is none, such as a device, cannot be read, or is far too long."""
    try:
        if not file.is_file() or file.stat().st_size > LONGEST_FILE:
            return ""
        return file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def in_npm_lock(text: str) -> list[str]:
    lock = read_object(text)
    packages = {name: each for name, each in members(lock, "packages") if name.endswith(f"node_modules/{PACKAGE}")}
    older = {name: each for name, each in members(lock, "dependencies") if name == PACKAGE}
    return [
        str(each["version"]) for each in (packages or older).values() if isinstance(each, dict) and "version" in each
    ]


def in_package_json(text: str) -> list[str]:
    manifest = read_object(text)
    asked = [*members(manifest, "dependencies"), *members(manifest, "devDependencies")]
    return [str(wanted) for name, wanted in asked if name == PACKAGE]


def members(of: dict[str, Any], name: str) -> list[tuple[str, Any]]:
    found = of.get(name)
    return list(found.items()) if isinstance(found, dict) else []


def read_object(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


READERS: Mapping[str, Callable[[str], list[str]]] = {
    "package-lock.json": in_npm_lock,
    "yarn.lock": IN_YARN.findall,
    "pnpm-lock.yaml": IN_PNPM.findall,
    "package.json": in_package_json,
}
"""File → what reads the versions in it; the first one that has some counts."""


def legacy_sources(folder: Path) -> Iterator[Comparison]:
    for number, file in enumerate(sources(folder)):
        if number == MOST_SOURCES:
            return
        if LEGACY in text_of(file):
            yield Comparison(f"front end, {LEGACY}", shown(str(file), at_most=200), TO_STOP_POLLING)


def sources(folder: Path) -> Iterator[Path]:
    """Yield the sources below a folder. No link to a folder is followed: it may lead back."""
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(each for each in folders if each not in NOT_SOURCES and not each.startswith((".", "node_")))
        yield from (Path(place, each) for each in sorted(names) if Path(each).suffix in SOURCES)
