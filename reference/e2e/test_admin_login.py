"""The login page of Django's admin: Microsoft's button beside the password form."""

import pytest
from e2e.axe import expect_nothing_found
from e2e.people import ADA, GRACE, PASSWORD, pick
from playwright.sync_api import Locator, Page, expect

ENTRIES = "/admin/logbook/entry/"
DJANGOS_OWN = ["page-has-heading-one"]
"""What axe finds on Django's own login page."""


def button(page: Page) -> Locator:
    return page.get_by_role("button", name="Sign in with Microsoft")


def log_in(page: Page, username: str, password: str) -> None:
    page.get_by_label("Username").fill(username)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Log in", exact=True).click()


def expect_entries(page: Page) -> None:
    expect(page.get_by_role("heading", name="Select entry to view")).to_be_visible()
    expect(page).to_have_url(ENTRIES)


def test_microsofts_button_leads_staff_by_role_to_the_page_wanted(page: Page) -> None:
    page.goto(ENTRIES)
    button(page).click()
    pick(page, ADA)
    expect_entries(page)


def test_a_person_who_is_not_staff_is_told_so_and_takes_another_account(page: Page) -> None:
    page.goto(ENTRIES)
    button(page).click()
    pick(page, GRACE)
    expect(page.get_by_text(f"You are authenticated as {GRACE}, but are not authorized to access")).to_be_visible()
    expect_nothing_found(page, without=DJANGOS_OWN)
    button(page).click()
    pick(page, ADA)
    expect_entries(page)


def test_a_password_beside_the_button_enters_as_before(page: Page) -> None:
    page.goto(ENTRIES)
    log_in(page, "edsger", "wrong")
    expect(page.get_by_text("Please enter the correct username and password")).to_be_visible()
    log_in(page, "edsger", PASSWORD)
    expect_entries(page)


def test_with_the_keyboard_alone(page: Page) -> None:
    page.goto(ENTRIES)
    expect(page.get_by_label("Username")).to_be_focused()
    for element in (page.get_by_label("Password"), page.get_by_role("button", name="Log in", exact=True), button(page)):
        page.keyboard.press("Tab")
        expect(element).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name=ADA)).to_be_focused()
    page.keyboard.press("Enter")
    expect_entries(page)


@pytest.mark.parametrize("look", ["light", "dark"])
def test_axe_finds_nothing_wide_and_narrow(page: Page, look: str) -> None:
    page.emulate_media(color_scheme="dark" if look == "dark" else "light")
    page.goto("/admin/")
    expect_nothing_found(page, without=DJANGOS_OWN)
    page.set_viewport_size({"width": 375, "height": 667})
    log_in(page, "edsger", "wrong")
    expect(button(page)).to_be_in_viewport()
    expect_nothing_found(page, without=DJANGOS_OWN)
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
