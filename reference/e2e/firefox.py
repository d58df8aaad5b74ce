"""Fixtures for stories in Firefox, with the driver of entra-double's interoperability tests."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from e2e.servers import Servers

REQUIRE = "ENTRANCE_REQUIRE_FIREFOX"
INTEROP = Path(__file__).parents[2] / "packages" / "entra-double" / "interop"
SIGNED_IN = "document.body.innerText.includes('Sign out')"
SIGNED_OUT = """
[...document.querySelectorAll("button:enabled")].some((one) => one.innerText.includes("Sign in with Microsoft"))
"""
LOOK_AGAIN = "() => document.dispatchEvent(new Event('visibilitychange', { bubbles: true }))"
PRESS = "(name) => [...document.querySelectorAll('button')].find((one) => one.innerText.includes(name)).click()"


@pytest.fixture(scope="module")
def firefox(servers: Servers) -> Iterator[Any]:
    """Start Firefox."""
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
def window(firefox: Any, servers: Servers) -> Any:
    """A window that is signed in nowhere. Cookies are those of localhost, whichever the port."""
    driver, wire = firefox
    handle = sorted(wire.handles())[0]
    wire.switch_to(handle)
    wire.navigate(f"{servers.logbook}/entrance/sign-out/")
    wire.say("WebDriver:DeleteAllCookies")
    wire.execute("localStorage.clear(); sessionStorage.clear()")
    return driver.FirefoxWindow(wire, handle)


@pytest.fixture
def only_loopback() -> None:
    """The servers' own check must do: this driver reports no requests."""


def go(window: Any, address: str) -> None:
    window.wire.switch_to(window.handle)
    window.wire.navigate(address)


def shows(text: str) -> str:
    return f"document.body.innerText.includes({text!r})"
