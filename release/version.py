"""Makes the commit and the tag of a release: ``python release/version.py react 1.2.0``.

It sets the version in the package's manifests, moves the changelog's *Unreleased* under it with today's date, commits
and tags. Nothing is pushed; the tag starts the workflow that publishes.
"""

from __future__ import annotations

import argparse
import datetime
import re
import subprocess
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
VERSION = re.compile(r"[0-9]+\.[0-9]+\.[0-9]+(?:(?:a|b|rc)[0-9]+)?")
IN_TOML = re.compile(r'^version = "[^"]+"$', re.MULTILINE)
IN_JSON = re.compile(r'^  "version": "[^"]+"', re.MULTILINE)


class Package(NamedTuple):
    """What a release of a package changes, below the root."""

    manifests: tuple[str, ...]
    changelog: str


PACKAGES = {
    "django-entrance": Package(("packages/django-entrance/pyproject.toml",), "packages/django-entrance/CHANGELOG.md"),
    "entra-double": Package(
        ("packages/entra-double/pyproject.toml", "packages/entra-double/npm/package.json"),
        "packages/entra-double/CHANGELOG.md",
    ),
    "react": Package(("packages/react/package.json",), "packages/react/CHANGELOG.md"),
}


def with_version(manifest: str, text: str, version: str) -> str:
    """Return a manifest with another version."""
    if manifest.endswith(".toml"):
        changed, number = IN_TOML.subn(f'version = "{version}"', text, count=1)
    else:
        changed, number = IN_JSON.subn(f'  "version": "{version}"', text, count=1)
    if not number:
        raise SystemExit(f"{manifest} has no version")
    return changed


def released(changelog: str, version: str, day: datetime.date) -> str:
    """Return a changelog in which what was not released belongs to a version."""
    before, heading, after = changelog.partition("## Unreleased\n")
    news = after.partition("\n## ")[0].strip()
    if not heading or not news:
        raise SystemExit("The changelog has nothing under *Unreleased*.")
    return f"{before}## Unreleased\n\n## {version} ({day.isoformat()})\n{after}"


def git(*command: str, root: Path) -> str:
    return subprocess.run(["git", *command], cwd=root, check=True, capture_output=True, text=True).stdout.strip()


def release(name: str, version: str, *, root: Path = ROOT, day: datetime.date | None = None) -> str:
    """Commit and tag a release, and return the tag. A work tree with changes is left alone."""
    tag = f"{name}-{version}"
    if not VERSION.fullmatch(version):
        raise SystemExit(f"Expected a version such as 1.2.0 or 1.2.0rc1, got {version}.")
    if git("status", "--porcelain", root=root):
        raise SystemExit("Commit or stash your changes first.")
    if tag in git("tag", "--list", root=root).split():
        raise SystemExit(f"There is a tag {tag} already.")
    package = PACKAGES[name]
    texts = {path: (root / path).read_text(encoding="utf-8") for path in (*package.manifests, package.changelog)}
    changed = {path: with_version(path, texts[path], version) for path in package.manifests}
    today = day or datetime.datetime.now(datetime.UTC).date()
    changed[package.changelog] = released(texts[package.changelog], version, today)
    for path, text in changed.items():
        (root / path).write_text(text, encoding="utf-8")
    git("commit", "--quiet", "--all", "--message", f"{name} {version}", root=root)
    git("tag", "--annotate", "--message", f"{name} {version}", tag, root=root)
    return tag


def main() -> None:
    parser = argparse.ArgumentParser(description="Makes the commit and the tag of a release.")
    parser.add_argument("package", choices=PACKAGES)
    parser.add_argument("version")
    chosen = parser.parse_args()
    tag = release(chosen.package, chosen.version)
    print(f"Tagged {tag}. To publish: git push --follow-tags")


if __name__ == "__main__":
    main()
