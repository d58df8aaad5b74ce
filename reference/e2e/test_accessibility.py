"""axe finds no violations on any page, light and dark, wide and narrow."""

import pytest
from e2e.axe import expect_nothing_found
from e2e.people import (
    ADA,
    ALAN,
    GRACE,
    MALLORY,
    expect_signed_out,
    open_popup,
    pick,
    sign_in_with_microsoft,
    sign_in_with_password,
    tab_to,
)
from e2e.servers import Servers
from playwright.sync_api import Page, expect


@pytest.fixture(params=["light", "dark"])
def look(request: pytest.FixtureRequest, page: Page) -> str:
    page.emulate_media(color_scheme=request.param)
    return str(request.param)


def test_sign_in_page(page: Page, look: str) -> None:
    page.goto("/")
    expect_signed_out(page)
    expect_nothing_found(page)
    page.get_by_label("Username").fill("barbara")
    page.get_by_label("Password", exact=True).fill("wrong")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect_nothing_found(page)


def test_log_and_account_panel(page: Page, look: str) -> None:
    sign_in_with_microsoft(page, ADA)
    expect(page.get_by_role("article").first).to_be_visible()
    expect_nothing_found(page)
    page.get_by_role("article").first.get_by_role("button", name="Delete").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    expect_nothing_found(page)
    page.get_by_role("button", name="Keep").click()
    page.get_by_role("button", name="Ada Lovelace").click()
    expect(page.get_by_role("dialog", name="Account")).to_be_visible()
    expect_nothing_found(page)


def test_log_of_a_reader_and_an_empty_search(page: Page, look: str) -> None:
    sign_in_with_microsoft(page, ALAN)
    expect(page.get_by_role("article").first).to_be_visible()
    expect_nothing_found(page)
    page.get_by_role("searchbox").fill("nothing has this text")
    expect(page.get_by_role("article")).to_have_count(0)
    expect_nothing_found(page)


def test_on_a_narrow_screen(page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    sign_in_with_password(page, "barbara")
    expect(page.get_by_role("article").first).to_be_visible()
    expect_nothing_found(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_offline_banner(page: Page, look: str) -> None:
    sign_in_with_microsoft(page, GRACE)
    expect(page.get_by_role("article").first).to_be_visible()
    page.context.set_offline(True)
    expect(page.get_by_text("offline", exact=False).first).to_be_visible()
    expect_nothing_found(page)
    page.context.set_offline(False)


def test_pages_of_entra_double(page: Page, servers: Servers, look: str) -> None:
    page.goto(servers.entra)
    expect_nothing_found(page)
    page.goto("/")
    popup = open_popup(page)
    popup.emulate_media(color_scheme="dark" if look == "dark" else "light")
    expect(popup.get_by_role("heading", name="Pick an account")).to_be_visible()
    expect(popup.get_by_text("not Microsoft").first).to_be_visible()
    expect_nothing_found(popup)
    pick(popup, MALLORY)
    expect(popup.get_by_text("AADSTS50105")).to_be_visible()
    expect_nothing_found(popup)
    popup.close()


def test_pages_of_page_sign_in(page: Page, look: str) -> None:
    page.goto("/entrance/sign-in/")
    expect_nothing_found(page)
    page.get_by_role("button", name="Sign in with Microsoft").click()
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("AADSTS65004", exact=True)).to_be_visible()
    expect_nothing_found(page)
    page.set_viewport_size({"width": 375, "height": 667})
    page.get_by_role("button", name="Try again").click()
    pick(page, ADA)
    expect(page).to_have_url("/")
    page.goto("/entrance/sign-in/")
    expect(page.get_by_role("link", name="Continue")).to_be_visible()
    expect_nothing_found(page)
    page.goto("/entrance/sign-out/")
    expect_nothing_found(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 375


def test_sign_in_and_add_an_entry_with_the_keyboard(page: Page) -> None:
    page.goto("/")
    expect_signed_out(page)
    tab_to(page, page.get_by_role("button", name="Sign in with Microsoft"))
    with page.expect_popup() as popup:
        page.keyboard.press("Enter")
    expect(popup.value.get_by_role("button", name=ADA)).to_be_focused()
    popup.value.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Ada Lovelace")).to_be_visible()
    tab_to(page, page.get_by_label("New entry"))
    page.keyboard.type("Written without a mouse.")
    tab_to(page, page.get_by_role("button", name="Add entry"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("article").filter(has_text="Written without a mouse.")).to_be_visible()
