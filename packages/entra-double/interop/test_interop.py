"""Lets every client complete its flows against entra-double, unmodified and pinned, in an environment of its own.

`make interop` makes the environments and runs this. The results go to .make/interop/results.json, from which
docs/build_reference.py makes the table of docs/entra-double/interop.md.
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
NOT_INSTALLED = Finding(flow="installs", ok=False, said="its environment could not be made")
WITHOUT = {"PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "DJANGO_SETTINGS_MODULE", "SSL_CERT_DIR", "CURL_CA_BUNDLE"}


@pytest.mark.parametrize("client", every_client(), ids=lambda client: client.name)
def test_it_completes_its_flows(client: Client, tmp_path: Path) -> None:
    said = tuple(_hear(client, tmp_path)) if _is_installed(client) else (NOT_INSTALLED,)
    record(client.client, client.version, said)
    assert not [f"{each.flow}: {each.said}" for each in said if not each.ok]
    assert [each.flow for each in said] == list(client.flows)


def _python(client: Client) -> Path:
    return ENVIRONMENTS / client.name / "bin" / "python"


def _is_installed(client: Client) -> bool:
    """The Makefile's rule leaves a file behind when everything is there."""
    return (ENVIRONMENTS / client.name / "installed").exists()


def _hear(client: Client, folder: Path) -> Iterator[Finding]:
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
        print(errors.read()[-8000:])  # pytest shows it when something is red
        if process.returncode:
            yield Finding(flow="ends", ok=False, said=f"client.py ended with {process.returncode}")


def _converse(process: subprocess.Popen[str], running: Running) -> Iterator[Finding]:
    """Pass on what the client says; when it asks for the person at the browser, be that person."""
    assert process.stdin is not None
    assert process.stdout is not None
    browser = running.browser()
    for line in process.stdout:
        told = json.loads(line)
        if "flow" in told:
            yield Finding(**told)
            continue
        if told["anew"]:
            browser.end()
            browser = running.browser()
        process.stdin.write(json.dumps(_walked(browser, told)) + "\n")
        process.stdin.flush()
    browser.end()


def _walked(browser: Browser, told: dict[str, str]) -> dict[str, object]:
    try:
        page = browser.open(told["open"], told["person"])
    except Exception as error:
        return {"status": 0, "url": told["open"], "text": f"the browser met {error!r}", "seen": browser.seen}
    return {"status": page.status_code, "url": str(page.url), "text": page.text, "seen": browser.seen}
