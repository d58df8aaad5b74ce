"""States and errors of a session in Firefox: refused, closed, blocked, interrupted, to be confirmed, several tabs."""

from collections.abc import Iterator
from typing import Any

import pytest
from e2e.firefox import LOOK_AGAIN, PRESS, SIGNED_IN, SIGNED_OUT, firefox, go, only_loopback, shows, window
from e2e.people import ADA, GRACE, MALLORY
from e2e.servers import Servers
from e2e.test_interrupted import BLOCK_POPUPS
from e2e.test_needs_interaction import ABOUT_TO_EXPIRE, forget_the_person

__all__ = ["firefox", "only_loopback", "window"]

PICKER = "() => location.pathname.includes('authorize') && !!document.querySelector('h1')"
ALERTS = "() => [...document.querySelectorAll('[role=alert]')].map((one) => one.innerText).join()"
BUSY = "!!document.querySelector('[aria-busy=true]')"
OPEN = "(url) => { window.open(url) }"
WRITE = """(text) => {
  const field = document.querySelector("textarea");
  Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value").set.call(field, text);
  field.dispatchEvent(new Event("input", { bubbles: true }));
}"""
ENTRY = "[...document.querySelectorAll('article')].filter((one) => one.innerText.includes('A draft.')).length === 1"


@pytest.fixture
def page(window: Any, servers: Servers) -> Iterator[Any]:
    """The sign-in page."""
    go(window, f"{servers.logbook}/")
    window.wait_until(SIGNED_OUT)
    window.wait_until("document.cookie.includes('msal.cache.encryption')")  # MSAL is there
    yield window
    for other in window.wire.handles() - {window.handle}:
        window.wire.close(other)


def open_window(page: Any) -> Any:
    popup = page.popup(PRESS, "Sign in with Microsoft")
    popup.wait_until(f"({PICKER})()")
    return popup


def test_a_window_that_is_closed_cancelled_or_refused(page: Any) -> None:
    popup = open_window(page)
    page.wait_until(BUSY)
    popup.wire.close(popup.handle)
    page.wait_until(shows("closed before you were signed in"))
    open_window(page).click("Cancel")
    page.wait_until(shows("cancelled"))
    popup = open_window(page)
    popup.click(MALLORY)
    popup.wait_until(shows("AADSTS50105"))
    popup.wire.close(popup.handle)
    page.wait_until(shows("closed before you were signed in"))
    open_window(page).click(ADA)
    page.wait_until(SIGNED_IN)
    assert page.evaluate(ALERTS) == ""


def test_a_blocked_window_leads_to_a_redirect_which_may_be_interrupted(page: Any) -> None:
    page.evaluate(f"() => {{ {BLOCK_POPUPS} }}")
    page.evaluate(PRESS, "Sign in with Microsoft")
    page.wait_until(f"({PICKER})()")
    page.wire.say("WebDriver:Back")
    page.wait_until(shows("You can try again."))
    page.evaluate(f"() => {{ {BLOCK_POPUPS} }}")
    page.evaluate(PRESS, "Sign in with Microsoft")
    page.click(GRACE)
    page.wait_until(SIGNED_IN)


def test_a_page_that_is_reloaded_while_the_window_is_open(page: Any) -> None:
    popup = open_window(page)
    page.reload()
    page.wait_until(SIGNED_OUT)
    popup.click(GRACE)
    page.wait_until(shows("Grace Hopper"))


def test_microsoft_wants_to_see_the_person_again(page: Any, servers: Servers) -> None:
    servers.control("PUT", "access-token-lifetime", {"seconds": ABOUT_TO_EXPIRE})
    open_window(page).click(GRACE)
    page.wait_until(SIGNED_IN)
    page.wait_until("!!document.querySelector('textarea')")
    forget_the_person(servers)
    servers.control("PUT", "access-token-lifetime", {"seconds": 3600})
    page.evaluate(WRITE, "A draft.")
    page.evaluate(LOOK_AGAIN)
    page.wait_until(shows("Your sign-in has to be confirmed."))
    page.evaluate(PRESS, "Add entry")
    page.popup(PRESS, "Confirm with Microsoft").click(GRACE)
    page.wait_until(ENTRY)
    assert page.evaluate(ALERTS) == ""


def test_tabs_that_start_and_sign_in_at_once(page: Any, servers: Servers) -> None:
    tabs = [page, page.popup(OPEN, f"{servers.logbook}/")]
    page.reload()
    for tab in tabs:
        tab.wait_until(SIGNED_OUT)
    first, second = [open_window(tab) for tab in tabs]
    first.click(ADA)
    page.wait_until(shows("Ada Lovelace"))
    second.click(GRACE)
    for tab in tabs:
        tab.wait_until(shows("Grace Hopper"))
        tab.reload()
        tab.wait_until(shows("Grace Hopper"))
    tabs[1].click("Sign out")
    for tab in tabs:
        tab.wait_until(SIGNED_OUT)
