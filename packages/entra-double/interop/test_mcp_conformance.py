"""The conformance suite of the Model Context Protocol against a server of the SDK's, behind our door.

Its scenarios for clients do not apply: this is a server.
"""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from entra_double import Entra, EntraServer

from .logbook import serving_logbook
from .node_packages import NODE, install, version_of
from .results import Finding, record

SUITE = "@modelcontextprotocol/conformance"
NAME = "every scenario for servers, but those of methods that the SDK's MCPServer does not have"
FLOWS = {SUITE: (NAME,)}

NOT_OF_THE_SDK = {
    "logging-set-level": "logging/setLevel, which the protocol of 2026-07-28 has removed",
    "tools-call-with-logging": "begins with logging/setLevel",
    "resources-subscribe": "resources/subscribe, which subscriptions/listen has replaced",
    "resources-unsubscribe": "resources/unsubscribe, likewise",
}
"""Scenarios that fail without our door, too, and why."""

APPLICATION = Path(__file__).parent / "conformance"
RESULT = re.compile(
    r"^(?P<mark>[✓✗]) (?P<scenario>[\w-]+): (?P<passed>\d+) passed, (?P<failed>\d+) failed", re.MULTILINE
)


def test_every_scenario_that_applies_passes(tmp_path: Path) -> None:
    folder = install()
    with EntraServer() as server:
        token = Entra(server.emulator).token("ada")
        added = {"PYTHONPATH": str(APPLICATION), "CONFORMANCE_TOKEN": token}
        with serving_logbook(server.emulator, application="application:application", **added) as address:
            suite = folder / "node_modules" / SUITE / "dist" / "index.js"
            command = [NODE, suite, "server", "--url", address, "--suite", "all", "--output-dir", tmp_path]
            run = subprocess.run(command, capture_output=True, text=True, timeout=200)
    found = {each["scenario"]: each for each in RESULT.finditer(run.stdout)}
    failed = {name for name, each in found.items() if each["mark"] == "✗"}
    passed = sum(int(each["passed"]) for each in found.values())
    ok = failed == NOT_OF_THE_SDK.keys() and len(found) == 32
    said = f"{len(found) - len(failed)} of {len(found)} scenarios, {passed} checks; not {', '.join(sorted(failed))}"
    record(SUITE, version_of(SUITE), (Finding(flow=NAME, ok=ok, said=said),))
    assert ok, run.stdout[-4000:] + run.stderr[-1000:]
