"""Sessions in Firefox: begun by the front end in a window, on the sign-in page without React, and in the admin."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from e2e.django_sessions import servers
from e2e.people import PASSWORD
from e2e.servers import Servers

__all__ = ["servers"]

REQUIRE = "ENTRANCE_REQUIRE_FIREFOX"
INTEROP = Path(__file__).parents[2] / "packages" / "entra-double" / "interop"
SIGNED_IN = "document.body.innerText.includes('Sign out')"
SIGNED_OUT = "document.body.innerText.includes('Sign in with Microsoft')"
PRESS = "(name) => [...document.querySelectorAll('button')].find((one) => one.innerText.includes(name)).click()"
SESSION = "() => fetch('/entrance/session/').then((answer) => answer.json())"
FILLED = """(username, password) => {
  document.querySelector("[name=username]").value = username;
  document.querySelector("[name=password]").value = password;
  document.querySelector("#login-form").submit();
}"""
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
def window(firefox: Any, servers: Servers) -> Any:
    """A window that is signed in nowhere. Cookies are those of localhost, whichever the port."""
    driver, wire = firefox
    handle = sorted(wire.handles())[0]
    wire.switch_to(handle)
    wire.navigate(f"{servers.logbook}/entrance/sign-out/")
    wire.say("WebDriver:DeleteAllCookies")
    wire.execute("localStorage.clear(); sessionStorage.clear()")
    return driver.FirefoxWindow(wire, handle)


def go(window: Any, address: str) -> None:
    window.wire.switch_to(window.handle)
    window.wire.navigate(address)


def shows(text: str) -> str:
    return f"document.body.innerText.includes({text!r})"


@pytest.fixture
def only_loopback() -> None:
    """The servers' own check must do: this driver reports no requests."""


def test_a_django_session_of_the_front_end(window: Any, servers: Servers) -> None:
    go(window, f"{servers.logbook}/")
    window.wait_until(SIGNED_OUT)
    popup = window.popup(PRESS, "Sign in with Microsoft")
    popup.click("ada@contoso.example")
    window.wait_until(SIGNED_IN)
    session = window.evaluate(SESSION)
    assert (session["via"], session["user"]["username"]) == ("entra", "ada@contoso.example")

    window.reload()
    window.wait_until(SIGNED_IN)
    assert [url for url in window.evaluate(LOADED) if "msal" in url] == []

    tab = window.popup("(url) => { window.open(url) }", f"{servers.logbook}/")
    tab.wait_until(SIGNED_IN)
    tab.click("Sign out")
    for each in (tab, window):
        each.wait_until(SIGNED_OUT)
    assert not window.evaluate(SESSION)["signed_in"]


def test_a_sign_in_without_react_and_both_ways_out(window: Any, servers: Servers) -> None:
    go(window, f"{servers.logbook}/entrance/sign-in/?next=/entrance/sign-out/")
    window.click("Sign in with Microsoft")
    window.click("grace@contoso.example")
    window.wait_until(shows("You are signed in as grace@contoso.example"))
    assert window.evaluate(SESSION)["entra"]["door"] == "page"
    window.click("Sign out")
    window.wait_until(SIGNED_OUT)
    assert not window.evaluate(SESSION)["signed_in"]

    go(window, f"{servers.logbook}/entrance/sign-in/?next=/entrance/sign-out/")
    window.click("Sign in with Microsoft")  # which Microsoft's session answers without a question
    window.wait_until(shows("You are signed in as grace@contoso.example"))
    window.evaluate("() => { document.querySelector('[name=everywhere]').checked = true }")
    window.click("Sign out")
    window.wait_until(SIGNED_OUT)
    assert not window.evaluate(SESSION)["signed_in"]
    go(window, f"{servers.logbook}/entrance/sign-in/")
    window.click("Sign in with Microsoft")
    window.wait_until(shows("Pick an account"))


def test_the_admins_login_page(window: Any, servers: Servers) -> None:
    go(window, f"{servers.logbook}/admin/logbook/entry/")
    window.click("Sign in with Microsoft")
    window.click("grace@contoso.example")
    window.wait_until(shows("You are authenticated as grace@contoso.example, but are not authorized"))
    window.click("Sign in with Microsoft")
    window.click("ada@contoso.example")
    window.wait_until(shows("Select entry to view"))
    window.wire.say("WebDriver:DeleteAllCookies")
    go(window, f"{servers.logbook}/admin/logbook/entry/")
    window.evaluate(FILLED, "edsger", PASSWORD)
    window.wait_until(shows("Select entry to view"))
