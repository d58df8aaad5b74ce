"""With a Django session: the second proof for the front end, and for pages of the admin, which keep what was sent."""

import re

from e2e.axe import expect_nothing_found
from e2e.django_sessions import browser_context_args, servers
from e2e.people import ADA, sign_in_with_microsoft
from e2e.servers import Servers
from e2e.test_step_up import BECAUSE, delete_by_redirect, delete_in_a_window, entry_of, prove
from playwright.sync_api import Page, expect

__all__ = ["browser_context_args", "servers"]

ADD_FIELDS = """button => button.closest("form").insertAdjacentHTML("beforeend",
  '<input type="hidden" name="append" value="1"><input type="hidden" name="addEventListener" value="2">')"""
"""Adds fields whose names hide what a form can do."""


def test_in_a_window(page: Page, servers: Servers) -> None:
    sign_in_with_microsoft(page, ADA)
    delete_in_a_window(page, servers)


def test_by_redirect(page: Page, servers: Servers) -> None:
    sign_in_with_microsoft(page, ADA)
    delete_by_redirect(page, servers)


def test_a_page_of_the_admin_is_led_to_microsoft_and_back(page: Page, servers: Servers) -> None:
    text = "To be deleted on a page."
    sign_in_with_microsoft(page, ADA)
    entry_of(page, servers, text)
    page.goto("/admin/logbook/entry/")
    page.get_by_role("link", name=text).click()
    page.get_by_role("link", name="Delete", exact=True).click()
    prove(page)
    expect(page).to_have_url(re.compile("/admin/logbook/entry/[0-9]+/delete/$"))
    page.get_by_role("button", name="Yes, I").click()
    expect(page.get_by_text("was deleted successfully")).to_be_visible()


def test_a_form_of_the_admin_is_sent_again(page: Page, servers: Servers) -> None:
    texts = ["To be deleted by an action.", "To be deleted with it."]
    sign_in_with_microsoft(page, ADA)
    for text in texts:
        entry_of(page, servers, text)
    page.goto("/admin/logbook/entry/")
    for text in texts:
        page.get_by_role("row").filter(has_text=text).get_by_role("checkbox").check()
    page.get_by_role("combobox").select_option("delete_selected")
    page.get_by_role("button", name="Run").or_(page.get_by_role("button", name="Go")).click()
    page.get_by_role("button", name="Yes, I").evaluate(ADD_FIELDS)
    page.get_by_role("button", name="Yes, I").click()
    expect(page.get_by_role("alert")).to_contain_text(BECAUSE)
    expect_nothing_found(page)
    page.get_by_role("button", name="Confirm with Microsoft").click()
    prove(page)
    expect(page.get_by_role("heading", name="Send the form again")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("delete_selected")
    expect_nothing_found(page)
    assert page.evaluate("sessionStorage.getItem('entrance.form')") is not None
    page.get_by_role("button", name="Send again").click()
    expect(page.get_by_text("Successfully deleted 2")).to_be_visible()
    assert page.evaluate("sessionStorage.getItem('entrance.form')") is None
    for text in texts:
        expect(page.get_by_role("row").filter(has_text=text)).to_have_count(0)


def test_a_form_is_not_shown_to_the_next_person(page: Page, servers: Servers) -> None:
    sign_in_with_microsoft(page, ADA)
    entry_of(page, servers, "To be deleted by no one.")
    page.goto("/admin/logbook/entry/")
    page.get_by_role("checkbox").nth(1).check()
    page.get_by_role("combobox").select_option("delete_selected")
    page.get_by_role("button", name="Run").or_(page.get_by_role("button", name="Go")).click()
    page.get_by_role("button", name="Yes, I").click()
    page.get_by_role("button", name="Confirm with Microsoft").click()
    expect(page.get_by_role("heading", name="Prove it is you")).to_be_visible()
    page.goto("/entrance/sign-out/")
    page.get_by_role("main").get_by_role("button").first.click()
    page.goto("/entrance/send-again/")
    expect(page.get_by_role("main")).to_contain_text("This browser keeps no form.")
    expect(page.get_by_role("main")).not_to_contain_text("delete_selected")
    assert page.evaluate("sessionStorage.getItem('entrance.form')") is None
