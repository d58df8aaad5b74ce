"""Stores the clients' results in `.make/interop/results.json`, the source of the documentation's table.

The file is a list of objects with the members `client`, `version`, `flow`, `ok` and `said`, sorted by client and flow.
A run replaces the earlier results of the same client. Clients print a line of JSON for each flow:
`{"flow": …, "ok": …, "said": …}`. `read_findings` ignores their other output.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

RESULTS = Path(__file__).parents[3] / ".make" / "interop" / "results.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Result of a flow: whether it completed, and a summary or the error."""

    flow: str
    ok: bool
    said: str


def read_findings(printed: str) -> tuple[Finding, ...]:
    """Return the results in a client's output, in order."""
    found = []
    for line in printed.splitlines():
        if line.startswith('{"flow":'):
            members = json.loads(line)
            found.append(Finding(flow=members["flow"], ok=members["ok"], said=members["said"]))
    return tuple(found)


def record(client: str, version: str, findings: Iterable[Finding], file: Path = RESULTS) -> None:
    """Replace the results of a client."""
    found = [{"client": client, "version": version, **asdict(finding)} for finding in findings]
    kept = [row for row in read_results(file) if row["client"] != client]
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_suffix(".new")
    rows = sorted(kept + found, key=lambda row: (row["client"], row["flow"]))
    fresh.write_text(json.dumps(rows, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    os.replace(fresh, file)


def read_results(file: Path = RESULTS) -> list[dict[str, object]]:
    """Return the rows of the file, or none if it does not exist."""
    return json.loads(file.read_text(encoding="utf-8")) if file.exists() else []
