"""A release is one commit and one tag, or nothing."""

import datetime
import shutil
import subprocess
from pathlib import Path

import pytest
from version import PACKAGES, ROOT, release

DAY = datetime.date(2026, 11, 29)


def git(root: Path, *command: str) -> str:
    run = subprocess.run(["git", *command], cwd=root, check=True, capture_output=True, text=True)
    return run.stdout.strip()


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A repository with the manifests and changelogs of this one."""
    for package in PACKAGES.values():
        for path in (*package.manifests, package.changelog):
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / path, tmp_path / path)
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "config", "user.email", "release@example.com")
    git(tmp_path, "config", "user.name", "Release")
    git(tmp_path, "add", "--all")
    git(tmp_path, "commit", "--quiet", "--message", "begin")
    return tmp_path


@pytest.mark.parametrize("name", PACKAGES)
def test_a_release_is_one_commit_and_one_tag(checkout: Path, name: str) -> None:
    assert release(name, "1.2.0", root=checkout, day=DAY) == f"{name}-1.2.0"
    assert git(checkout, "log", "-1", "--format=%s") == f"{name} 1.2.0"
    assert git(checkout, "describe", "--exact-match") == f"{name}-1.2.0"
    assert git(checkout, "status", "--porcelain") == ""
    for manifest in PACKAGES[name].manifests:
        assert '"1.2.0"' in (checkout / manifest).read_text()
    changelog = (checkout / PACKAGES[name].changelog).read_text()
    assert "## Unreleased\n\n## 1.2.0 (2026-11-29)\n\nFirst version" in changelog


def test_the_next_release_has_its_own_news(checkout: Path) -> None:
    release("react", "1.2.0", root=checkout, day=DAY)
    with pytest.raises(SystemExit, match="nothing under"):
        release("react", "1.3.0", root=checkout, day=DAY)


@pytest.mark.parametrize("version", ["1.2", "v1.2.0", "1.2.0-beta", "1.2.0;"])
def test_another_form_of_version_is_refused(checkout: Path, version: str) -> None:
    with pytest.raises(SystemExit, match="Expected a version"):
        release("react", version, root=checkout, day=DAY)


def test_a_changed_work_tree_is_left_alone(checkout: Path) -> None:
    (checkout / "new").touch()
    with pytest.raises(SystemExit, match="Commit or stash"):
        release("react", "1.2.0", root=checkout, day=DAY)


def test_a_tag_is_made_once(checkout: Path) -> None:
    git(checkout, "tag", "react-1.2.0")
    with pytest.raises(SystemExit, match="a tag react"):
        release("react", "1.2.0", root=checkout, day=DAY)
    assert git(checkout, "log", "-1", "--format=%s") == "begin"
