"""The table of judges in the documentation has every judge as it is pinned, with every flow, and nothing is red."""

from __future__ import annotations

import importlib
import json
import re
import tomllib
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

REPOSITORY = Path(__file__).parents[3]
PACKAGE = REPOSITORY / "packages" / "entra-local"
PAGE = REPOSITORY / "docs" / "entra-local" / "judges.md"
ROW = re.compile(r"^\| (?P<client>.+?) (?P<version>\S+) \| (?P<reached>[\w ]+) \| (?P<flow>.+?) \| (?P<mark>\S+) \|")

Flows = dict[tuple[str, str, str], set[str]]


def declared() -> dict[str, list[dict[str, Any]]]:
    return tomllib.loads((PACKAGE / "judges" / "judges.toml").read_text(encoding="utf-8"))


def rows() -> list[dict[str, str]]:
    found = (ROW.match(line) for line in PAGE.read_text(encoding="utf-8").splitlines())
    return [row.groupdict() for row in found if row and row["version"] not in {"judge", "---"}]


def pinned(lock: Path, package: str) -> str:
    text = lock.read_text(encoding="utf-8")
    if lock.suffix == ".json":
        return str(json.loads(text)["packages"][f"node_modules/{package}"]["version"])
    found = re.search(rf"^{re.escape(package)}==(\S+)", text, re.MULTILINE)
    assert found, f"{lock} does not pin {package}"
    return found[1]


def flows_of(module: str, client: str) -> set[str]:
    """Read the flows that a module of tests declares: for one judge, or by judge."""
    flows = importlib.import_module(module).FLOWS
    if isinstance(flows, dict):
        flows = next(named for judge, named in flows.items() if judge.name == client)
    return set(flows)


def expected() -> Flows:
    judges = declared()
    locks = PACKAGE / "judges"
    found = {_row(judge, locks / judge["name"] / "requirements.txt"): set(judge["flows"]) for judge in judges["judge"]}
    for judge in judges["other"]:
        found[_row(judge, REPOSITORY / judge["lock"])] = flows_of(judge["flows_in"], judge["client"])
    return found


def _row(judge: dict[str, Any], lock: Path) -> tuple[str, str, str]:
    return judge["client"], pinned(lock, judge["package"]), judge["reached"]


def test_the_page_has_every_judge_with_its_flows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(PACKAGE)
    found: Flows = defaultdict(set)
    for row in rows():
        found[row["client"], row["version"], row["reached"]].add(row["flow"])
    assert found == expected(), "run: make judges"


def test_every_judge_is_content() -> None:
    assert [row["flow"] for row in rows() if row["mark"] != "✓"] == []
