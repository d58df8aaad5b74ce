"""The table of clients in the documentation has every client as it is pinned, with every flow, and nothing is red."""

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
PACKAGE = REPOSITORY / "packages" / "entra-double"
PAGE = REPOSITORY / "docs" / "entra-double" / "interop.md"
ROW = re.compile(r"^\| (?P<client>.+?) (?P<version>\S+) \| (?P<reached>[\w ]+) \| (?P<flow>.+?) \| (?P<mark>\S+) \|")

Flows = dict[tuple[str, str, str], set[str]]


def declared() -> dict[str, list[dict[str, Any]]]:
    return tomllib.loads((PACKAGE / "interop" / "clients.toml").read_text(encoding="utf-8"))


def rows() -> list[dict[str, str]]:
    found = (ROW.match(line) for line in PAGE.read_text(encoding="utf-8").splitlines())
    return [row.groupdict() for row in found if row and row["version"] not in {"client", "---"}]


def pinned(lock: Path, package: str) -> str:
    text = lock.read_text(encoding="utf-8")
    if lock.suffix == ".json":
        return str(json.loads(text)["packages"][f"node_modules/{package}"]["version"])
    found = re.search(rf"^{re.escape(package)}==(\S+)", text, re.MULTILINE)
    assert found, f"{lock} does not pin {package}"
    return found[1]


def flows_of(module: str, client: str) -> set[str]:
    """Read the flows that a module of tests declares: for one client, or by client."""
    flows = importlib.import_module(module).FLOWS
    if isinstance(flows, dict):
        flows = next(named for tested, named in flows.items() if getattr(tested, "name", tested) == client)
    return set(flows)


def expected() -> Flows:
    clients = declared()
    locks = PACKAGE / "interop"
    found = {
        _row(tested, locks / tested["name"] / "requirements.txt"): set(tested["flows"]) for tested in clients["client"]
    }
    for tested in clients["other"]:
        found[_row(tested, REPOSITORY / tested["lock"])] = flows_of(tested["flows_in"], tested["client"])
    return found


def _row(client: dict[str, Any], lock: Path) -> tuple[str, str, str]:
    return client["client"], pinned(lock, client["package"]), client["reached"]


def test_the_page_has_every_client_with_its_flows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(PACKAGE)
    found: Flows = defaultdict(set)
    for row in rows():
        found[row["client"], row["version"], row["reached"]].add(row["flow"])
    assert found == expected(), "run: make interop"


def test_every_client_completes() -> None:
    assert [row["flow"] for row in rows() if row["mark"] != "✓"] == []
