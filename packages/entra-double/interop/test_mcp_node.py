"""Clients of the Model Context Protocol that run on Node: both SDKs for TypeScript, and the inspector.

`make interop` installs them from the lock file in `mcp-node/`, with a Node of their own.
"""

from __future__ import annotations

import json
import os
import pty
import re
import socket
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from .logbook import TOOLS_CLIENT_ID
from .node_packages import INSTALLED, install, version_of
from .results import Finding, record
from .visitor import Browser
from .world import Running, run

ADA = "ada@contoso.example"
SIGNS_IN = "finds the authority, signs in and calls a tool"
ERAS = ("legacy", "modern")
INSPECTOR = "@modelcontextprotocol/inspector"
FLOWS = {
    "@modelcontextprotocol/sdk, TypeScript": (SIGNS_IN,),
    "@modelcontextprotocol/client, TypeScript": (SIGNS_IN,),
    INSPECTOR: tuple(f"{SIGNS_IN}, {era} protocol" for era in ERAS),
}
"""The flows of each client. With `docs/build_reference.py` they become a table."""
AUTHORIZE = re.compile(r"http://[^\s\x00-\x1f]+?/authorize\?[^\s\x00-\x1f]+")


@pytest.fixture(scope="module")
def packages() -> Path:
    return install()


@pytest.fixture(scope="module")
def world() -> Iterator[Running]:
    with run("through Logbook") as running:
        yield running


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
    record(f"{package}, TypeScript", version_of(package), (Finding(flow=SIGNS_IN, ok=is_right, said=said),))
    assert is_right, errors


def callback_on_a_free_port() -> str:
    with socket.create_server(("localhost", 0)) as listening:
        return f"http://localhost:{listening.getsockname()[1]}/oauth/callback"


def lines_of(terminal: int) -> Iterator[str]:
    """Yield what a process writes to its terminal, until it ends."""
    with os.fdopen(terminal, encoding="utf-8", errors="replace") as written, suppress(OSError):
        yield from written


def test_the_inspector(packages: Path, world: Running, tmp_path: Path) -> None:
    found = [inspect(packages, world, tmp_path, era) for era in ERAS]
    record(INSPECTOR, version_of(INSPECTOR), found)
    assert [each.said for each in found if not each.ok] == []


def inspect(packages: Path, world: Running, folder: Path, era: str) -> Finding:
    command = ["node", "node_modules/.bin/mcp-inspector", "--cli", "--server-url", world.tools, "--transport", "http"]
    command += ["--protocol-era", era, "--client-id", TOOLS_CLIENT_ID, "--callback-url", callback_on_a_free_port()]
    command += ["--method", "tools/call", "--tool-name", "add_entry", "--tool-arg", "text=Pumps replaced."]
    said, browser = [], world.browser()
    terminal, at_process = pty.openpty()  # without one the inspector shows no page
    home = folder / era
    home.mkdir()
    with subprocess.Popen(
        command, cwd=packages, env=environment(world, home), stdout=at_process, stderr=at_process
    ) as process:
        os.close(at_process)
        try:
            for line in lines_of(terminal):
                said.append(line)
                if address := AUTHORIZE.search(line):
                    opened(browser, address[0])
        finally:
            process.terminate()
    browser.end()
    text = "".join(said)
    is_right = "Pumps replaced." in text and 'isError": true' not in text and ADA in text
    return Finding(flow=f"{SIGNS_IN}, {era} protocol", ok=is_right, said="one visit" if is_right else text[-400:])
