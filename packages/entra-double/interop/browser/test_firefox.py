"""@azure/msal-browser completes its flows in Firefox, too."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator

import pytest

from interop.microsoft.test_microsoft import IN_A_BROWSER
from interop.servers import Client, Servers, running

CLIENT = Client(
    name="@azure/msal-browser, Firefox", program="browser/firefox.py", kind="node", package="@azure/msal-browser"
)
FLOWS = IN_A_BROWSER


def has_firefox() -> bool:
    """Return whether Firefox is installed. Install Debian's if possible."""
    if not shutil.which("firefox") and os.geteuid() == 0 and shutil.which("apt-get"):
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        for arguments in (["update"], ["install", "--yes", "--no-install-recommends", "firefox-esr"]):
            subprocess.run(["apt-get", "-qq", *arguments], env=environment, stdout=subprocess.DEVNULL, check=False)
    return shutil.which("firefox") is not None


@pytest.fixture(scope="module")
def servers() -> Iterator[Servers]:
    if not has_firefox():
        pytest.skip("Firefox is not installed")
    with running() as started:
        yield started


@pytest.mark.parametrize("flow", FLOWS)
def test_it_completes_in_firefox(servers: Servers, flow: str) -> None:
    finding = servers.run(CLIENT)[flow]
    assert finding.ok, finding.said
