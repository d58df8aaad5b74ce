"""Clients of the Model Context Protocol that run on Node: both SDKs for TypeScript, and the inspector.

`make interop` installs them from the lock file in `mcp-node/`, with a Node of their own.
"""

from __future__ import annotations

import json
import os
import pty
import re
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from .logbook import TOOLS_CLIENT_ID
from .results import Finding, record
from .visitor import Browser
from .world import Running, run

HERE = Path(__file__).parent / "mcp-node"
INSTALLED = HERE.parents[3] / ".make" / "interop" / "mcp-node"
ADA, ALAN = "ada@contoso.example", "alan@contoso.example"
SIGNS_IN = "finds the authority, signs in and calls a tool"
LONGEST = 100.0
"""Time limit in seconds for a client."""


@pytest.fixture(scope="module")
def packages() -> Path:
    """Install the packages of the lock file, unless that was done."""
    INSTALLED.mkdir(parents=True, exist_ok=True)
    lock = (HERE / "package-lock.json").read_text(encoding="utf-8")
    for name in ("client.mjs", "package.json"):
        shutil.copy(HERE / name, INSTALLED / name)
    is_fresh = (INSTALLED / "package-lock.json").exists() and (INSTALLED / "package-lock.json").read_text() == lock
    if not is_fresh or not (INSTALLED / "node_modules").exists():
        (INSTALLED / "package-lock.json").write_text(lock)
        subprocess.run(["npm", "ci", "--no-fund", "--no-audit"], cwd=INSTALLED, check=True, capture_output=True)
    return INSTALLED


@pytest.fixture(scope="module")
def world() -> Iterator[Running]:
    with run("through Logbook") as running:
        yield running


def version_of(packages: Path, name: str) -> str:
    found: str = json.loads((packages / "node_modules" / name / "package.json").read_text(encoding="utf-8"))["version"]
    return found


def environment(world: Running, folder: Path) -> dict[str, str]:
    node = str(INSTALLED / "node_modules" / ".bin")
    return world.environment | {"PATH": f"{node}:/usr/bin:/bin", "HOME": str(folder), "MCP_AUTO_OPEN_ENABLED": "false"}


def opened(browser: Browser, address: str, person: str = ADA) -> None:
    page = browser.open(address, person)
    assert page.status_code == 200, page.text


@pytest.mark.parametrize(
    ("package", "which"), [("@modelcontextprotocol/sdk", "sdk"), ("@modelcontextprotocol/client", "client")]
)
def test_an_sdk_for_typescript(packages: Path, world: Running, tmp_path: Path, package: str, which: str) -> None:
    command = ["node", "client.mjs", world.tools, which]
    result, browser = None, world.browser()
    with subprocess.Popen(
        command,
        cwd=packages,
        env=environment(world, tmp_path),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        for line in process.stdout:
            told = json.loads(line)
            if "open" in told:
                opened(browser, told["open"])
            else:
                result = told["result"]
        errors = process.stderr.read()
    browser.end()
    is_right = result is not None and (result["text"], result["author"]) == ("Pumps replaced.", ADA)
    said = "one visit" if is_right else errors[-400:]
    record(f"{package}, TypeScript", version_of(packages, package), (Finding(flow=SIGNS_IN, ok=is_right, said=said),))
    assert is_right, errors


def callback_on_a_free_port() -> str:
    with socket.create_server(("localhost", 0)) as listening:
        return f"http://localhost:{listening.getsockname()[1]}/oauth/callback"


def lines_of(terminal: int) -> Iterator[str]:
    """Yield what a process writes to its terminal, until it ends."""
    with os.fdopen(terminal, encoding="utf-8", errors="replace") as written, suppress(OSError):
        yield from written


@pytest.mark.parametrize("era", ["legacy", "modern"])
def test_the_inspector(packages: Path, world: Running, tmp_path: Path, era: str) -> None:
    command = [
        *("node", "node_modules/.bin/mcp-inspector", "--cli", "--server-url", world.tools, "--transport", "http"),
        *(
            "--protocol-era",
            era,
            "--client-id",
            TOOLS_CLIENT_ID,
            "--callback-url",
            callback_on_a_free_port(),
        ),
        *(
            "--method",
            "tools/call",
            "--tool-name",
            "add_entry",
            "--tool-arg",
            "text=Pumps replaced.",
            "--format",
            "json",
        ),
    ]
    said, browser = [], world.browser()
    terminal, at_process = pty.openpty()  # without one the inspector shows no page
    with subprocess.Popen(
        command, cwd=packages, env=environment(world, tmp_path), stdout=at_process, stderr=at_process
    ) as process:
        os.close(at_process)
        for line in lines_of(terminal):
            said.append(line)
            if found := re.search(
                rf"{re.escape(world.emulator.base_url)}/[^\s\x00-\x1f]+?/authorize\?[^\s\x00-\x1f]+", line
            ):
                opened(browser, found[0])
    browser.end()
    text = "".join(said)
    is_right = process.returncode == 0 and "Pumps replaced." in text
    finding = Finding(flow=f"{SIGNS_IN}, {era} protocol", ok=is_right, said="one visit" if is_right else text[-400:])
    record(
        f"@modelcontextprotocol/inspector, {era}", version_of(packages, "@modelcontextprotocol/inspector"), (finding,)
    )
    assert is_right, text
