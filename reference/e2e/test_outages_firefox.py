"""The most telling outages in Firefox, which loads modules and keeps storage apart in its own way."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from e2e.between import FRAMED, Between, Kind, between
from e2e.firefox import PRESS, SIGNED_IN, SIGNED_OUT, firefox, go, only_loopback, shows, window
from e2e.people import FULL
from e2e.servers import Servers

__all__ = ["firefox", "only_loopback", "window"]


@pytest.fixture
def site(servers: Servers) -> Iterator[Between]:
    with between(servers.logbook) as site:
        yield site
    servers.control("DELETE", "outages")


def sign_in(window: Any) -> None:
    window.popup(PRESS, "Sign in with Microsoft").click("ada@contoso.example")
    window.wait_until(SIGNED_IN)


@pytest.mark.parametrize("kind", ["hang", "drop", 503])
@pytest.mark.parametrize(
    ("part", "sentence"),
    [
        ("/entrance/config.json", "The sign-in settings"),
        ("/static/assets/msalLibrary-", "A part of this page that signing in needs could not be loaded."),
    ],
)
def test_a_part_of_the_site(window: Any, site: Between, part: str, sentence: str, kind: Kind) -> None:
    site.break_(part, kind)
    go(window, site.address)
    window.wait_until(shows(sentence))
    site.mend()
    window.wait_until(SIGNED_OUT)  # without a click
    sign_in(window)


def test_microsofts_token_endpoint(window: Any, site: Between, servers: Servers) -> None:
    go(window, site.address)
    window.wait_until(SIGNED_OUT)
    servers.control("POST", "outages", {"endpoint": "token", "kind": "slow", "seconds": 60})
    window.popup(PRESS, "Sign in with Microsoft").click("ada@contoso.example")
    window.wait_until(shows("Microsoft could not be reached."))
    servers.control("DELETE", "outages")
    window.evaluate(PRESS, "Sign in with Microsoft")
    window.wait_until(SIGNED_IN)


def test_a_full_storage(window: Any, site: Between) -> None:
    go(window, site.address)
    window.wait_until(SIGNED_OUT)
    window.wait_until("document.cookie.includes('msal.cache.encryption')")  # MSAL is there; the button is usable before
    window.evaluate(FULL)
    window.popup(PRESS, "Sign in with Microsoft").click("ada@contoso.example")
    window.wait_until(shows("The browser does not let this page store data."))
    window.evaluate("() => localStorage.clear()")
    window.evaluate(PRESS, "Sign in with Microsoft")
    window.wait_until(SIGNED_IN)


def test_a_frame_of_another_site(window: Any, site: Between) -> None:
    go(window, f"{site.elsewhere}{FRAMED}?address={quote(site.address)}")
    within = in_frame(window)
    within.wait_until(SIGNED_OUT)
    before = window.wire.handles()
    within.evaluate(PRESS, "Sign in with Microsoft")
    within.wait_until(shows("Open the page in a window of its own."))
    assert window.wire.handles() == before, "no window opened"


def test_a_frame_of_its_own_site(window: Any, site: Between) -> None:
    go(window, f"{site.address}{FRAMED}?address={quote(site.address)}")
    within = in_frame(window)
    within.wait_until(SIGNED_OUT)
    within.popup(PRESS, "Sign in with Microsoft").click("ada@contoso.example")
    within.wait_until(SIGNED_IN)


def in_frame(window: Any) -> Any:
    """Return the same window, whose scripts run in its frame."""

    class InFrame:
        """Marionette, which forgets the frame whenever the window is chosen."""

        def __getattr__(self, name: str) -> Any:
            return getattr(window.wire, name)

        def switch_to(self, handle: str) -> None:
            window.wire.switch_to(handle)
            if handle == window.handle:
                window.wire.say("WebDriver:SwitchToFrame", {"id": 0})

    return type(window)(InFrame(), window.handle)
