"""The sign-in page before MSAL has arrived: the button is usable, and its click is not lost."""

import re

from e2e.axe import expect_nothing_found
from e2e.people import ADA, expect_signed_in, expect_signed_out, pick, sign_in_with_microsoft
from playwright.sync_api import Page, Route, expect

LIBRARY = re.compile(r"/assets/msalLibrary-")
BUTTON = "Sign in with Microsoft"


def hold_library(page: Page) -> list[Route]:
    """Hold MSAL back. Return a list that grows by each request for it."""
    held: list[Route] = []
    page.route(LIBRARY, lambda route: held.append(route))
    return held


def test_a_click_before_msal_is_there_opens_the_window(page: Page) -> None:
    held = hold_library(page)
    with page.expect_request(LIBRARY):  # when the page is idle
        page.goto("/")
    button = page.get_by_role("button", name=BUTTON)
    button.click()
    expect(button).to_have_attribute("aria-busy", "true")
    with page.expect_popup() as popup:
        held[0].continue_()
    pick(popup.value, ADA)
    expect_signed_in(page)


def test_on_a_slow_network_the_button_is_busy_until_the_person_is_signed_in(page: Page) -> None:
    slow = {"offline": False, "latency": 300, "downloadThroughput": 250_000, "uploadThroughput": 100_000}
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    network.send("Network.emulateNetworkConditions", slow)
    page.goto("/", wait_until="commit")
    button = page.get_by_role("button", name=BUTTON)
    with page.expect_popup() as popup:
        button.click()
        expect(button).to_have_attribute("aria-busy", "true")
        expect_nothing_found(page)
    expect(page.get_by_role("button", name="Cancel")).to_be_visible()
    pick(popup.value, ADA)
    expect_signed_in(page)
    expect(page.get_by_role("alert")).to_have_count(0)


def test_a_click_that_is_cancelled_before_msal_is_there_opens_no_window(page: Page) -> None:
    held = hold_library(page)
    with page.expect_request(LIBRARY):
        page.goto("/")
    page.get_by_role("button", name=BUTTON).click()
    page.get_by_role("button", name="Cancel").click()
    with page.expect_event("requestfinished", lambda request: LIBRARY.search(request.url) is not None):
        held[0].continue_()
    expect(page.get_by_role("alert")).to_contain_text("cancelled")
    expect_signed_out(page)
    assert len(page.context.pages) == 1


def test_a_signed_in_person_is_shown_after_a_reload(page: Page) -> None:
    """MSAL's cache has the account, so the page waits for MSAL."""
    sign_in_with_microsoft(page, ADA)
    held = hold_library(page)
    with page.expect_request(LIBRARY):
        page.reload(wait_until="commit")
    expect(page.get_by_role("button", name=BUTTON)).to_have_count(0)
    held[0].continue_()
    expect_signed_in(page)
