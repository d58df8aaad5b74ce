"""``entrance doctor`` finds the version of MSAL that the front end is built with."""

import json
import time
from pathlib import Path
from typing import Any

import pytest
from django_entrance.management import front_end
from django_entrance.management.front_end import PACKAGE, examine_front_end
from doctor_runs import run_doctor
from scripted import ScriptedAuthority

pytestmark = pytest.mark.django_db

NPM = {"packages": {"": {}, f"node_modules/{PACKAGE}": {"version": "4.21.0"}, "node_modules/other": {}}}
LOCKS = {
    "npm": ("package-lock.json", json.dumps(NPM)),
    "npm 6": ("package-lock.json", json.dumps({"dependencies": {PACKAGE: {"version": "4.21.0"}}})),
    "yarn": ("yarn.lock", f'"{PACKAGE}@^4.0.0":\n  version "4.21.0"\n'),
    "yarn 4": ("yarn.lock", f'"{PACKAGE}@npm:^4.0.0":\n  version: 4.21.0\n'),
    "pnpm": ("pnpm-lock.yaml", f"packages:\n\n  '{PACKAGE}@4.21.0':\n    resolution: {{}}\n"),
    "pnpm 6": ("pnpm-lock.yaml", f"packages:\n\n  /{PACKAGE}/4.21.0:\n    resolution: {{}}\n"),
    "manifest": ("package.json", json.dumps({"devDependencies": {PACKAGE: "^4.21.0"}})),
}


@pytest.mark.parametrize(("name", "text"), LOCKS.values(), ids=LOCKS)
def test_msal_4_is_found_with_its_date_and_remedy(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)
    [(what, seen, remedy)] = examine_front_end(str(tmp_path))
    assert what == f"front end, {PACKAGE}"
    assert seen.removeprefix("^").startswith(f"4.21.0 in {tmp_path / name}: ")
    assert "2027-01-31" in seen
    assert f"npm install {PACKAGE}@5" in remedy
    assert "/entrance/redirect/" in remedy


@pytest.mark.parametrize(("name", "text"), LOCKS.values(), ids=LOCKS)
def test_control_msal_5_is_good(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text.replace("4.21.0", "5.30.0"))
    [(_, seen, remedy)] = examine_front_end(str(tmp_path))
    assert (seen.removeprefix("^"), remedy) == (f"5.30.0 in {tmp_path / name}", "")


@pytest.mark.parametrize("text", ["", "{", "[]", '{"packages": []}', f'{{"dependencies": {{"{PACKAGE}": "4"}}}}'])
def test_a_lock_without_it_tells_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / "package-lock.json").write_text(text)
    assert list(examine_front_end(str(tmp_path))) == []
    assert list(examine_front_end(str(tmp_path / "nowhere"))) == []


def test_a_version_without_a_number_is_not_judged(tmp_path: Path) -> None:
    (tmp_path / "package.json").write_text(json.dumps({"dependencies": {PACKAGE: "latest"}}))
    [(_, seen, remedy)] = examine_front_end(str(tmp_path))
    assert (seen, remedy) == (f"latest in {tmp_path / 'package.json'}", "")


def test_the_older_way_of_msal_5_is_found_in_the_sources(tmp_path: Path) -> None:
    (tmp_path / "package.json").write_text(json.dumps({"dependencies": {PACKAGE: "^5"}}))
    for name in ("src/auth.ts", "node_modules/msal/index.js", "dist/bundle.js", "notes.md"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("system: { enableLegacyPolling: true }")
    _, (what, seen, remedy) = examine_front_end(str(tmp_path))
    assert (what, seen) == ("front end, enableLegacyPolling", str(tmp_path / "src/auth.ts"))
    assert "Remove enableLegacyPolling" in remedy


def test_a_version_of_thousands_of_digits_is_only_shown(tmp_path: Path) -> None:
    (tmp_path / "package.json").write_text(json.dumps({"dependencies": {PACKAGE: "9" * 5_000}}))
    [(_, seen, remedy)] = examine_front_end(str(tmp_path))
    assert seen.startswith("999")
    assert len(seen) < 300
    assert remedy == ""


def test_links_that_lead_back_are_not_followed(tmp_path: Path) -> None:
    """Two links to their own folder are 2⁴⁰ ways through it."""
    (tmp_path / "package.json").write_text(json.dumps({"dependencies": {PACKAGE: "^5"}}))
    for name in ("a", "b"):
        (tmp_path / name).symlink_to(".")
    (tmp_path / "auth.ts").write_text("enableLegacyPolling")
    assert [each.seen for each in examine_front_end(str(tmp_path))][1:] == [str(tmp_path / "auth.ts")]


def test_a_device_and_a_far_too_long_file_are_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "yarn.lock").symlink_to("/dev/zero")
    assert list(examine_front_end(str(tmp_path))) == []
    (tmp_path / "package-lock.json").write_text(LOCKS["npm"][1])
    assert len(list(examine_front_end(str(tmp_path)))) == 1
    monkeypatch.setattr(front_end, "LONGEST_FILE", 10)
    assert list(examine_front_end(str(tmp_path))) == []


def test_a_file_that_cannot_be_read_is_none(tmp_path: Path) -> None:
    """As in a folder that this user may not enter; the name is too long for any system."""
    assert front_end.text_of(tmp_path / ("x" * 5_000)) == ""


def test_a_lock_of_empty_lines_is_read_in_no_time(tmp_path: Path) -> None:
    (tmp_path / "pnpm-lock.yaml").write_text("\n" * 100_000 + LOCKS["pnpm"][1])
    began = time.process_time()
    assert len(list(examine_front_end(str(tmp_path)))) == 1
    assert time.process_time() - began < 2


def test_only_so_many_sources_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(front_end, "MOST_SOURCES", 1)
    (tmp_path / "package.json").write_text(json.dumps({"dependencies": {PACKAGE: "^5"}}))
    (tmp_path / "a.ts").write_text("")
    (tmp_path / "b.ts").write_text("enableLegacyPolling")
    assert len(list(examine_front_end(str(tmp_path)))) == 1
    monkeypatch.setattr(front_end, "MOST_SOURCES", 2)
    assert len(list(examine_front_end(str(tmp_path)))) == 2


def test_it_is_found_in_the_repository_of_the_project(tmp_path: Path, settings: Any) -> None:
    """The lock at the root says what is installed; the manifest beside the project only what was asked for."""
    base = tmp_path / "services" / "api"
    base.mkdir(parents=True)
    (tmp_path / "web").mkdir()
    settings.BASE_DIR = base
    (tmp_path / "web" / "package-lock.json").write_text(LOCKS["npm"][1])
    (base / "package.json").write_text(json.dumps({"dependencies": {PACKAGE: "^5"}}))
    assert [each.seen for each in examine_front_end(None)] == [f"^5 in {base / 'package.json'}"]
    (tmp_path / ".git").mkdir()
    [(_, seen, _)] = examine_front_end(None)
    assert seen.startswith(f"4.21.0 in {tmp_path / 'web' / 'package-lock.json'}")
    settings.BASE_DIR = tmp_path / "gone" / "api"
    assert [each.seen for each in examine_front_end(None)] == [seen]


def test_doctor_reports_it_in_the_folder_that_is_named(authority: ScriptedAuthority, tmp_path: Path) -> None:
    (tmp_path / "yarn.lock").write_text(LOCKS["yarn"][1])
    assert f"wrong  front end, {PACKAGE}: 4.21.0 in " in run_doctor("--front-end", str(tmp_path), problems=1)
