"""Microsoft wants to see the person again: the page stays as it is, a click confirms, and what waits goes on."""

import pytest
from e2e.people import (
    GRACE,
    add_entry,
    confirm,
    expect_signed_in,
    pick,
    pick_by_keyboard,
    sign_in_with_microsoft,
    tab_to,
)
from e2e.servers import Servers
from playwright.sync_api import BrowserContext, Page, expect

DRAFT = "A draft of an hour, not sent yet."
CLICKED = "Clicked before the confirmation."
ABOUT_TO_EXPIRE = 200
"""Seconds. MSAL renews tokens with less than 300 left."""
A_DAY_AND_AN_HOUR = 25 * 60 * 60
"""Seconds. Microsoft's refresh tokens for pages live for 24 hours."""


@pytest.fixture
def windows(context: BrowserContext) -> list[Page]:
    """The pages and windows that opened."""
    opened: list[Page] = []
    context.on("page", lambda page: opened.append(page))
    return opened


def forget_the_person(servers: Servers) -> None:
    """End the session at Microsoft, and all refresh tokens."""
    servers.control("POST", "end-sessions")
    servers.control("POST", "revoke-refresh-tokens")


def poll(page: Page) -> None:
    """Make the page ask the API, as it does when its tab is shown again. Headless tabs are never hidden."""
    page.evaluate("document.dispatchEvent(new Event('visibilitychange', { bubbles: true }))")


def expect_demanded(page: Page) -> None:
    expect(page.get_by_role("alert")).to_contain_text("Your sign-in has to be confirmed.")


def expect_draft(page: Page) -> None:
    expect(page.get_by_label("New entry")).to_have_value(DRAFT)


def test_a_draft_survives_the_night(page: Page, servers: Servers, windows: list[Page]) -> None:
    page.clock.install()
    sign_in_with_microsoft(page, GRACE)
    page.get_by_label("New entry").fill(DRAFT)
    servers.control("POST", "end-sessions")
    servers.control("PUT", "clock", {"offset": A_DAY_AND_AN_HOUR})
    at = page.url
    before = list(windows)
    navigations: list[str] = []
    page.on("framenavigated", lambda frame: navigations.append(frame.url) if frame == page.main_frame else None)
    page.clock.fast_forward(A_DAY_AND_AN_HOUR * 1000)  # the page asks for the viewer and the entries by timers
    expect_demanded(page)
    expect_draft(page)
    assert (page.url, navigations, windows) == (at, [], before)
    servers.control("PUT", "clock", {"offset": 0})  # or the API refuses the next token: its own clock is right
    pick(confirm(page), GRACE)
    expect(page.get_by_role("alert")).to_have_count(0)
    expect_draft(page)
    page.get_by_role("button", name="Add entry").click()
    expect(page.get_by_role("article").filter(has_text=DRAFT)).to_be_visible()
    assert navigations == []


def test_what_was_clicked_before_the_confirmation_is_sent_after_it(page: Page, servers: Servers) -> None:
    servers.control("PUT", "access-token-lifetime", {"seconds": ABOUT_TO_EXPIRE})
    sign_in_with_microsoft(page, GRACE)
    forget_the_person(servers)
    servers.control("PUT", "access-token-lifetime", {"seconds": 3600})
    page.get_by_label("New entry").fill(CLICKED)
    page.get_by_role("button", name="Add entry").click()
    popup = confirm(page)
    expect(popup.get_by_role("heading", name="Pick an account")).to_be_visible()
    popup.close()
    expect(page.get_by_role("alert")).to_contain_text("The sign-in window was closed")
    tab_to(page, page.get_by_role("button", name="Confirm with Microsoft"))  # with the keyboard alone
    with page.expect_popup() as window:
        page.keyboard.press("Enter")
    pick_by_keyboard(window.value, GRACE)
    expect(page.get_by_role("article").filter(has_text=CLICKED)).to_have_count(1)
    expect(page.get_by_role("alert")).to_have_count(0)


def test_tabs_that_poll_all_stay_and_one_confirmation_is_for_all(
    page: Page, context: BrowserContext, servers: Servers, windows: list[Page]
) -> None:
    servers.control("PUT", "access-token-lifetime", {"seconds": ABOUT_TO_EXPIRE})
    sign_in_with_microsoft(page, GRACE)
    tabs = [page, context.new_page(), context.new_page()]
    for tab in tabs[1:]:
        tab.goto("/")
    for tab in tabs:
        expect_signed_in(tab)
        tab.get_by_label("New entry").fill(DRAFT)
    opened = len(windows)
    forget_the_person(servers)
    servers.control("PUT", "access-token-lifetime", {"seconds": 3600})
    for tab in tabs:
        poll(tab)
        expect_demanded(tab)
        expect_draft(tab)
    assert len(windows) == opened
    pick(confirm(page), GRACE)
    for tab in tabs:
        expect(tab.get_by_role("alert")).to_have_count(0)
        expect_draft(tab)
        add_entry(tab, f"After one confirmation, in tab {tabs.index(tab)}.")
    assert len(windows) == opened + 1
