"""A Django session in Firefox: in a window, in a second tab, after a reload, and signed out."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from e2e.django_sessions import servers
from e2e.servers import Servers

__all__ = ["servers"]

REQUIRE = "ENTRANCE_REQUIRE_FIREFOX"
INTEROP = Path(__file__).parents[2] / "packages" / "entra-double" / "interop"
SIGNED_IN = "document.body.innerText.includes('Sign out')"
SIGNED_OUT = "document.body.innerText.includes('Sign in with Microsoft')"
PRESS = "(name) => [...document.querySelectorAll('button')].find((one) => one.innerText.includes(name)).click()"
SESSION = "() => fetch('/entrance/session/').then((answer) => answer.json())"
LOADED = "() => performance.getEntriesByType('resource').map((one) => one.name)"


@pytest.fixture(scope="module")
def firefox(servers: Servers) -> Iterator[Any]:
    """Start Firefox with the driver of the interoperability tests."""
    if not shutil.which("firefox"):
        assert REQUIRE not in os.environ, f"{REQUIRE} is set, and Firefox is not installed"
        pytest.skip("Firefox is not installed; Debian has it in the package firefox-esr.")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in (("ENTRA_URL", servers.entra), ("ENTRA_CERTIFICATE", "")):
            patch.setenv(name, value)  # which the driver's program needs
        patch.syspath_prepend(INTEROP)
        from browser import firefox as driver  # type: ignore[import-not-found]  # a program of its own

        with driver.started() as wire:
            yield driver, wire


@pytest.fixture
def only_loopback() -> None:
    """The servers' own check must do: this driver reports no requests."""


def test_a_django_session_in_firefox(firefox: Any, servers: Servers) -> None:
    driver, wire = firefox
    handle = sorted(wire.handles())[0]
    wire.switch_to(handle)
    wire.navigate(f"{servers.logbook}/")
    page = driver.FirefoxWindow(wire, handle)
    page.wait_until(SIGNED_OUT)
    popup = page.popup(PRESS, "Sign in with Microsoft")
    popup.click("ada@contoso.example")
    page.wait_until(SIGNED_IN)
    session = page.evaluate(SESSION)
    assert (session["via"], session["user"]["username"]) == ("entra", "ada@contoso.example")

    page.reload()
    page.wait_until(SIGNED_IN)
    assert [url for url in page.evaluate(LOADED) if "msal" in url] == []

    tab = page.popup("(url) => { window.open(url) }", f"{servers.logbook}/")
    tab.wait_until(SIGNED_IN)
    tab.click("Sign out")
    for each in (tab, page):
        each.wait_until(SIGNED_OUT)
    assert not page.evaluate(SESSION)["signed_in"]
