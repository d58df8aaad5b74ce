"""Unmodified, pinned clients complete their flows against entra-double, each in its own environment.

`make interop` creates the environments and runs these tests. They write .make/interop/results.json, from which
docs/build_reference.py makes the table in docs/entra-double/interop.md.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from .declared import HERE, Client, every_client
from .results import Finding, record
from .visitor import Browser
from .world import Running, run

ENVIRONMENTS = HERE.parents[2] / ".make" / "interop"
NOT_INSTALLED = Finding(flow="installs", ok=False, said="its environment could not be installed")
WITHOUT = {"PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "DJANGO_SETTINGS_MODULE", "SSL_CERT_DIR", "CURL_CA_BUNDLE"}


@pytest.mark.parametrize("client", every_client(), ids=lambda client: client.name)
def test_it_completes_its_flows(client: Client, tmp_path: Path) -> None:
    said = tuple(_run(client, tmp_path)) if _is_installed(client) else (NOT_INSTALLED,)
    record(client.client, client.version, said)
    assert not [f"{each.flow}: {each.said}" for each in said if not each.ok]
    assert [each.flow for each in said] == list(client.flows)


def _python(client: Client) -> Path:
    return ENVIRONMENTS / client.name / "bin" / "python"


def _is_installed(client: Client) -> bool:
    """The Makefile's rule creates this file after the installation."""
    return (ENVIRONMENTS / client.name / "installed").exists()


def _run(client: Client, folder: Path) -> Iterator[Finding]:
    with run(client.reached) as running, (folder / "stderr").open("w+") as errors:
        inherited = {name: value for name, value in os.environ.items() if name not in WITHOUT}
        process = subprocess.Popen(
            [_python(client), client.folder / "client.py"],
            env={
                **inherited,
                **running.environment,
                "PYTHONPATH": str(HERE / "inside"),
                "PYTHONDONTWRITEBYTECODE": "1",
            },
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
        with process:
            yield from _converse(process, running)
        errors.seek(0)
        print(errors.read()[-8000:])  # pytest shows it if the test fails
        if process.returncode:
            yield Finding(flow="ends", ok=False, said=f"client.py exited with code {process.returncode}")


def _converse(process: subprocess.Popen[str], running: Running) -> Iterator[Finding]:
    """Yield the client's results. Open the addresses that it asks for in a browser."""
    assert process.stdin is not None
    assert process.stdout is not None
    browser = running.browser()
    for line in process.stdout:
        told = json.loads(line)
        if "flow" in told:
            yield Finding(**told)
            continue
        if told["new_browser"]:
            browser.end()
            browser = running.browser()
        process.stdin.write(json.dumps(_visited(browser, told)) + "\n")
        process.stdin.flush()
    browser.end()


def _visited(browser: Browser, told: dict[str, str]) -> dict[str, object]:
    try:
        page = browser.open(told["open"], told["person"])
    except Exception as error:
        return {"status": 0, "url": told["open"], "text": f"the browser failed: {error!r}", "seen": browser.seen}
    return {"status": page.status_code, "url": str(page.url), "text": page.text, "seen": browser.seen}
