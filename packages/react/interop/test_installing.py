"""The package from a checkout: the tarball stays what it is, and brings no second React."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from .projects import HERE, run

pytestmark = pytest.mark.timeout(900)


@pytest.fixture
def project(tarball: Path, tmp_path: Path) -> Path:
    """A new project that installs the tarball as the README says."""
    (tmp_path / "package.json").write_text('{ "name": "front-end", "private": true }')
    peers = json.loads((HERE / "vite" / "package.json").read_text())["dependencies"]
    run(tmp_path, "npm", "install", "--no-fund", "--no-audit", *(f"{name}@{asked}" for name, asked in peers.items()))
    run(tmp_path, "npm", "install", "--no-fund", "--no-audit", str(tarball))
    return tmp_path


def test_it_stays_at_the_next_commands_of_npm(project: Path) -> None:
    installed = project / "node_modules" / "@django-entrance" / "react"
    for command in (["install"], ["install", "--save-dev", "@types/react"], ["ci"]):
        run(project, "npm", *command, "--no-fund", "--no-audit")
        assert not installed.is_symlink()
        assert (installed / "dist" / "index.js").exists()


def test_there_is_one_react(project: Path) -> None:
    found = json.loads(run(project, "npm", "ls", "react", "--all", "--json"))
    versions: set[str] = set()

    def collect(tree: dict[str, object]) -> None:
        for name, package in tree.get("dependencies", {}).items():  # type: ignore[attr-defined]
            if name == "react":
                versions.add(package["version"])
            collect(package)

    collect(found)
    assert len(versions) == 1
    assert len([*project.glob("node_modules/**/node_modules/react")]) == 0
    assert (project / "node_modules" / "react").is_dir()
