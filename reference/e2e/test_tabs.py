"""Several tabs of one browser, which share MSAL's cache: they agree on who is signed in, whatever happens at once."""

from e2e.people import (
    ADA,
    GRACE,
    add_entry,
    confirm,
    expect_signed_out,
    open_popup,
    pick,
    sign_in_with_microsoft,
)
from e2e.servers import Servers
from e2e.test_interrupted import BLOCK_POPUPS
from e2e.test_needs_interaction import ABOUT_TO_EXPIRE, expect_demanded, forget_the_person, poll
from playwright.sync_api import BrowserContext, Page, expect


def open_tabs(page: Page, context: BrowserContext, count: int) -> list[Page]:
    """Open tabs that start at the same time."""
    tabs = [page, *(context.new_page() for _ in range(count - 1))]
    for tab in tabs:
        tab.goto("/", wait_until="commit")
    return tabs


def expect_person(page: Page, name: str) -> None:
    expect(page.get_by_role("button", name=name)).to_be_visible()


def test_two_tabs_start_and_sign_in_at_the_same_time(page: Page, context: BrowserContext) -> None:
    tabs = open_tabs(page, context, 2)
    first, second = [open_popup(tab) for tab in tabs]
    pick(first, ADA)
    expect_person(page, "Ada Lovelace")
    pick(second, GRACE)
    for tab in tabs:
        expect_person(tab, "Grace Hopper")
    for tab in tabs:
        tab.reload()
        expect_person(tab, "Grace Hopper")


def test_three_tabs_agree_from_sign_in_to_sign_out(page: Page, context: BrowserContext, servers: Servers) -> None:
    tabs = open_tabs(page, context, 3)
    popup = open_popup(page)
    tabs[2].goto("about:blank")
    tabs[1].reload(wait_until="commit")  # starts while the other tab signs in
    pick(popup, ADA)
    tabs[2].go_back()
    for tab in tabs:
        expect_person(tab, "Ada Lovelace")
    redeemed = servers.tokens_redeemed()
    for number, tab in enumerate(tabs):
        add_entry(tab, f"By one token, in tab {number}.")
    assert servers.tokens_redeemed() == redeemed, "the tabs share the token"
    tabs[1].get_by_role("button", name="Sign out").click()
    for tab in tabs:
        expect_signed_out(tab)


def test_a_confirmation_by_redirect_does_not_count_for_the_next_person(
    page: Page, context: BrowserContext, servers: Servers
) -> None:
    servers.control("PUT", "access-token-lifetime", {"seconds": ABOUT_TO_EXPIRE})
    sign_in_with_microsoft(page, ADA)
    forget_the_person(servers)
    servers.control("PUT", "access-token-lifetime", {"seconds": 3600})
    page.evaluate(BLOCK_POPUPS)
    poll(page)
    expect_demanded(page)
    page.get_by_role("button", name="Confirm with Microsoft").click()
    expect(page.get_by_role("heading", name="Pick an account")).to_be_visible()
    tab = context.new_page()
    tab.goto("/")
    poll(tab)
    pick(confirm(tab), GRACE)
    expect_person(tab, "Grace Hopper")
    pick(page, ADA)
    for each in (page, tab):
        expect_person(each, "Grace Hopper")
        add_entry(each, f"Grace's, in page {context.pages.index(each)}.")
    assert not page.evaluate("JSON.stringify(Object.keys(localStorage)).includes('ada00000')")
