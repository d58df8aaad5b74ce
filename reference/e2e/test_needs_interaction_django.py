"""With a Django session: Microsoft wants to see the person again before the session is renewed."""

from e2e.django_sessions import browser_context_args, servers
from e2e.people import ADA, GRACE, add_entry, confirm, expect_signed_in, pick, sign_in_with_microsoft
from e2e.servers import Servers
from e2e.test_needs_interaction import DRAFT, expect_demanded, expect_draft, forget_the_person, poll
from e2e.test_session_recheck import let_an_hour_pass
from playwright.sync_api import BrowserContext, Page, expect

__all__ = ["browser_context_args", "servers"]


def demand_grace(page: Page, servers: Servers) -> None:
    """Sign Grace in, write a draft, and let Microsoft want to see her."""
    sign_in_with_microsoft(page, GRACE)
    page.get_by_label("New entry").fill(DRAFT)
    forget_the_person(servers)
    let_an_hour_pass(servers)


def test_a_click_waits_for_the_confirmation_and_is_sent_after_it(page: Page, servers: Servers) -> None:
    demand_grace(page, servers)
    page.get_by_role("button", name="Add entry").click()
    expect_demanded(page)
    expect_draft(page)
    pick(confirm(page), GRACE)
    expect(page.get_by_role("article").filter(has_text=DRAFT)).to_have_count(1)
    expect(page.get_by_role("alert")).to_have_count(0)


def test_another_person_in_the_window_does_not_send_it(page: Page, servers: Servers) -> None:
    demand_grace(page, servers)
    page.get_by_label("New entry").fill("Grace's own words.")
    page.get_by_role("button", name="Add entry").click()
    pick(confirm(page), ADA)
    expect(page.get_by_role("button", name="Ada Lovelace")).to_be_visible()
    add_entry(page, "Ada's own words.")  # Grace's entry would be visible by now
    expect(page.get_by_role("article").filter(has_text="Grace's own words.")).to_have_count(0)


def test_one_confirmation_is_for_all_tabs(page: Page, context: BrowserContext, servers: Servers) -> None:
    tab = context.new_page()
    tab.goto("/")
    demand_grace(page, servers)
    expect_signed_in(tab)
    tab.get_by_label("New entry").fill(DRAFT)
    for each in (page, tab):
        poll(each)
        expect_demanded(each)
        expect_draft(each)
    pick(confirm(tab), GRACE)
    for each in (page, tab):
        expect(each.get_by_role("alert")).to_have_count(0)
        expect_draft(each)
